import { activated, attend, module, nextTokenLosses } from './decoder-math.ts';
import { layerNorm, type PlainModel, type Rows, rowOf, sum, tensorOf } from './encoder-math.ts';

/**
 * OPT in float64, written from Zhang et al. (arXiv 2205.01068) and from what Hugging Face's configuration class says
 * about the options. Nothing here comes from the engine.
 */
export function optLosses(model: PlainModel, ids: readonly number[], prefix = 'model.decoder.'): number[] {
  const { config } = model;
  const heads = config.num_attention_heads as number;
  const headSize = (config.hidden_size as number) / heads;
  const isNormBefore = config.do_layer_norm_before !== false;
  const norm = (rows: Rows, name: string): number[][] =>
    layerNorm(rows, tensorOf(model, `${name}.weight`), tensorOf(model, `${name}.bias`), 1e-5);

  const embedding = `${prefix}embed_tokens.weight`;
  const positions = tensorOf(model, `${prefix}embed_positions.weight`);
  let x = ids.map((id) => rowOf(tensorOf(model, embedding), id));
  const isProjected = model.tensors.has(`${prefix}project_in.weight`);
  if (isProjected) x = module(model, x, `${prefix}project_in`);
  x = sum(
    x,
    ids.map((_, at) => rowOf(positions, at + 2)),
  );

  for (let i = 0; i < (config.num_hidden_layers as number); i++) {
    const block = `${prefix}layers.${i}`;
    const read = isNormBefore ? norm(x, `${block}.self_attn_layer_norm`) : x;
    const mixed = attend({
      queries: module(model, read, `${block}.self_attn.q_proj`),
      keys: module(model, read, `${block}.self_attn.k_proj`),
      values: module(model, read, `${block}.self_attn.v_proj`),
      heads,
      keyValueHeads: heads,
      headSize,
      scale: 1 / Math.sqrt(headSize),
    });
    x = sum(x, module(model, mixed, `${block}.self_attn.out_proj`));
    if (!isNormBefore) x = norm(x, `${block}.self_attn_layer_norm`);
    const input = isNormBefore ? norm(x, `${block}.final_layer_norm`) : x;
    const inner = activated(
      module(model, input, `${block}.fc1`),
      (config.activation_function ?? 'relu') as string,
    );
    x = sum(x, module(model, inner, `${block}.fc2`));
    if (!isNormBefore) x = norm(x, `${block}.final_layer_norm`);
  }
  if (isNormBefore && config._remove_final_layer_norm !== true) x = norm(x, `${prefix}final_layer_norm`);
  if (isProjected) x = module(model, x, `${prefix}project_out`);
  const head = config.tie_word_embeddings === false ? 'lm_head.weight' : embedding;
  return nextTokenLosses(model, x, head, ids);
}
