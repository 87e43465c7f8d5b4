import { activated, attend, module, nextTokenLosses, rmsNorm, times } from './decoder-math.ts';
import { type PlainModel, type Rows, rowOf, sum, tensorOf } from './encoder-math.ts';
import { plainRope, turn } from './rope.ts';

/**
 * Llama, Mistral, Qwen2, Qwen3, Phi-3, Gemma 2 and Gemma 3 in float64, written from their papers (arXiv 2302.13971,
 * 2310.06825, 2407.10671, 2505.09388, 2404.14219, 2408.00118, 2503.19786) and from what Hugging Face's configuration
 * classes say about the options. Nothing here comes from the engine.
 */
export function llamaFamilyLosses(model: PlainModel, ids: readonly number[], prefix = 'model.'): number[] {
  const { config } = model;
  const type = config.model_type as string;
  const isGemma = type.startsWith('gemma');
  const width = config.hidden_size as number;
  const epsilon = (config.rms_norm_eps ?? (type === 'phi3' ? 1e-5 : 1e-6)) as number;
  const norm = (rows: Rows, name: string): number[][] =>
    rows.map((x) => rmsNorm(x, tensorOf(model, `${name}.weight`).values, epsilon, isGemma ? 1 : 0));

  const embedding = `${prefix}embed_tokens.weight`;
  let x = ids.map((id) => rowOf(tensorOf(model, embedding), id));
  if (isGemma) x = x.map((row) => row.map((value) => value * Math.sqrt(width)));

  for (let i = 0; i < (config.num_hidden_layers as number); i++) {
    const block = `${prefix}layers.${i}`;
    const attended = attention(model, norm(x, `${block}.input_layernorm`), `${block}.self_attn`, i, epsilon);
    if (isGemma) {
      x = sum(x, norm(attended, `${block}.post_attention_layernorm`));
      const fed = feedForward(model, norm(x, `${block}.pre_feedforward_layernorm`), `${block}.mlp`);
      x = sum(x, norm(fed, `${block}.post_feedforward_layernorm`));
    } else {
      x = sum(x, attended);
      x = sum(x, feedForward(model, norm(x, `${block}.post_attention_layernorm`), `${block}.mlp`));
    }
  }
  const isTied = config.tie_word_embeddings ?? isGemma;
  const cap = valueOr(config, 'final_logit_softcapping', type === 'gemma2' ? 30 : undefined);
  return nextTokenLosses(model, norm(x, `${prefix}norm`), isTied ? embedding : 'lm_head.weight', ids, cap);
}

function attention(model: PlainModel, x: Rows, name: string, layer: number, epsilon: number): number[][] {
  const { config } = model;
  const type = config.model_type as string;
  const isGemma = type.startsWith('gemma');
  const heads = config.num_attention_heads as number;
  const keyValueHeads = (config.num_key_value_heads ?? heads) as number;
  const headSize = (config.head_dim ?? (config.hidden_size as number) / heads) as number;

  let queries: number[][];
  let keys: number[][];
  let values: number[][];
  if (type === 'phi3') {
    const packed = module(model, x, `${name}.qkv_proj`);
    const end = heads * headSize;
    queries = packed.map((row) => row.slice(0, end));
    keys = packed.map((row) => row.slice(end, end + keyValueHeads * headSize));
    values = packed.map((row) => row.slice(end + keyValueHeads * headSize));
  } else {
    queries = module(model, x, `${name}.q_proj`);
    keys = module(model, x, `${name}.k_proj`);
    values = module(model, x, `${name}.v_proj`);
  }

  const isSliding = layerType(config, layer) === 'sliding_attention';
  const { base, scaling, share } = ropeOptions(config, isSliding);
  const rope = plainRope(config, scaling, base, Math.floor(headSize * share), x.length);
  const hasHeadNorms = type === 'qwen3' || type === 'gemma3_text';
  const prepare = (rows: Rows, normName: string): number[][] =>
    rows.map((row, at) => {
      const out: number[] = [];
      for (let start = 0; start < row.length; start += headSize) {
        let head: readonly number[] = row.slice(start, start + headSize);
        if (hasHeadNorms) {
          const weight = tensorOf(model, `${name}.${normName}.weight`).values;
          head = rmsNorm(head, weight, epsilon, isGemma ? 1 : 0);
        }
        out.push(...turn(head, at, rope));
      }
      return out;
    });
  const mixed = attend({
    queries: prepare(queries, 'q_norm'),
    keys: prepare(keys, 'k_norm'),
    values,
    heads,
    keyValueHeads,
    headSize,
    scale: isGemma ? 1 / Math.sqrt((config.query_pre_attn_scalar ?? 256) as number) : 1 / Math.sqrt(headSize),
    window: isSliding ? windowOf(config) : undefined,
    softCap: type === 'gemma2' ? valueOr(config, 'attn_logit_softcapping', 50) : undefined,
  });
  return module(model, mixed, `${name}.o_proj`);
}

function feedForward(model: PlainModel, x: Rows, name: string): number[][] {
  const { config } = model;
  const isGemma = (config.model_type as string).startsWith('gemma');
  const activation = (
    isGemma ? (config.hidden_activation ?? 'gelu_pytorch_tanh') : (config.hidden_act ?? 'silu')
  ) as string;
  let gate: number[][];
  let up: number[][];
  if (config.model_type === 'phi3') {
    const packed = module(model, x, `${name}.gate_up_proj`);
    const inner = config.intermediate_size as number;
    gate = packed.map((row) => row.slice(0, inner));
    up = packed.map((row) => row.slice(inner));
  } else {
    gate = module(model, x, `${name}.gate_proj`);
    up = module(model, x, `${name}.up_proj`);
  }
  return module(model, times(activated(gate, activation), up), `${name}.down_proj`);
}

/** Which layers see only a window. */
function layerType(config: PlainModel['config'], layer: number): string {
  const given = config.layer_types as string[] | undefined;
  if (given) return given[layer]!;
  const window = windowOf(config);
  if (window === undefined) return 'full_attention';
  const isSliding = {
    llama: false,
    mistral: true,
    phi3: true,
    qwen2: config.use_sliding_window === true && layer >= ((config.max_window_layers ?? 28) as number),
    qwen3: config.use_sliding_window === true && layer >= ((config.max_window_layers ?? 28) as number),
    gemma2: layer % 2 === 0,
    gemma3_text: (layer + 1) % ((config.sliding_window_pattern ?? 6) as number) !== 0,
  }[config.model_type as string];
  return isSliding ? 'sliding_attention' : 'full_attention';
}

/** The configuration classes have a window by default, except those of Llama and Phi-3. */
function windowOf(config: PlainModel['config']): number | undefined {
  return valueOr(config, 'sliding_window', config.model_type === 'phi3' ? undefined : 4096);
}

type Options = Readonly<Record<string, unknown>>;

function ropeOptions(
  config: PlainModel['config'],
  isSliding: boolean,
): { readonly base: number; readonly scaling: Options; readonly share: number } {
  const parameters = config.rope_parameters as Readonly<Record<string, Options>> | undefined;
  const type = isSliding ? 'sliding_attention' : 'full_attention';
  const scaling =
    parameters?.[type] ?? (parameters as Options | undefined) ?? (config.rope_scaling as Options) ?? {};
  const share = (scaling.partial_rotary_factor ?? config.partial_rotary_factor ?? 1) as number;
  if (config.model_type !== 'gemma3_text')
    return { base: (scaling.rope_theta ?? config.rope_theta ?? 10_000) as number, scaling, share };
  if (isSliding) {
    const base = (parameters?.[type]?.rope_theta ?? config.rope_local_base_freq ?? 10_000) as number;
    return { base, scaling: parameters?.[type] ?? {}, share };
  }
  return { base: (scaling.rope_theta ?? config.rope_theta ?? 1_000_000) as number, scaling, share };
}

/** Null switches an option off; a file without it gets the default. */
function valueOr(config: Options, key: string, fallback: number | undefined): number | undefined {
  return Object.hasOwn(config, key) ? ((config[key] ?? undefined) as number | undefined) : fallback;
}
