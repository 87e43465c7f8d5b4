import { activated, attend, module, nextTokenLosses } from './decoder-math.ts';
import { layerNorm, type PlainModel, type Rows, rowOf, sum, tensorOf } from './encoder-math.ts';
import { plainRope, turn } from './rope.ts';

/**
 * GPT-NeoX in float64, written from Black et al. (arXiv 2204.06745) and from what Hugging Face's configuration class
 * says about the options. Nothing here comes from the engine.
 */
export function gptNeoxLosses(model: PlainModel, ids: readonly number[], prefix = 'gpt_neox.'): number[] {
  const { config } = model;
  const heads = config.num_attention_heads as number;
  const headSize = (config.hidden_size as number) / heads;
  const epsilon = (config.layer_norm_eps ?? 1e-5) as number;
  const scaling = (config.rope_parameters ?? config.rope_scaling ?? {}) as Record<string, unknown>;
  const base = (scaling.rope_theta ?? config.rotary_emb_base ?? config.rope_theta ?? 10_000) as number;
  const share = (scaling.partial_rotary_factor ??
    config.rotary_pct ??
    config.partial_rotary_factor ??
    0.25) as number;
  const rope = plainRope(config, scaling, base, Math.floor(headSize * share), ids.length);
  const norm = (rows: Rows, name: string): number[][] =>
    layerNorm(rows, tensorOf(model, `${name}.weight`), tensorOf(model, `${name}.bias`), epsilon);

  const embedding = `${prefix}embed_in.weight`;
  let x = ids.map((id) => rowOf(tensorOf(model, embedding), id));
  for (let i = 0; i < (config.num_hidden_layers as number); i++) {
    const block = `${prefix}layers.${i}`;
    const packed = module(model, norm(x, `${block}.input_layernorm`), `${block}.attention.query_key_value`);
    // Each head has its query, its key and its value side by side.
    const pick = (row: number[], kind: number, head: number): number[] =>
      row.slice((3 * head + kind) * headSize, (3 * head + kind + 1) * headSize);
    const all = (kind: number, isTurned: boolean): number[][] =>
      packed.map((row, at) => {
        const out: number[] = [];
        for (let head = 0; head < heads; head++) {
          const part = pick(row, kind, head);
          out.push(...(isTurned ? turn(part, at, rope) : part));
        }
        return out;
      });
    const mixed = attend({
      queries: all(0, true),
      keys: all(1, true),
      values: all(2, false),
      heads,
      keyValueHeads: heads,
      headSize,
      scale: 1 / Math.sqrt(headSize),
    });
    const attended = module(model, mixed, `${block}.attention.dense`);
    const middle = sum(x, attended);
    const isParallel = config.use_parallel_residual !== false;
    const input = norm(isParallel ? x : middle, `${block}.post_attention_layernorm`);
    const inner = module(model, input, `${block}.mlp.dense_h_to_4h`);
    const active = activated(inner, (config.hidden_act ?? 'gelu') as string);
    x = sum(middle, module(model, active, `${block}.mlp.dense_4h_to_h`));
  }
  const head = config.tie_word_embeddings === true ? embedding : 'embed_out.weight';
  return nextTokenLosses(model, norm(x, `${prefix}final_layer_norm`), head, ids);
}
