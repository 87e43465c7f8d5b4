import { decoderPlan, type ReadDecoder } from '../decoder/decoder-plan.ts';
import type { DecoderLayer, DecoderStack, NormStyle, Projection } from '../decoder/decoder-stack.ts';
import type { Rope } from '../rope/rope.ts';
import type { Architecture } from './architecture.ts';
import type { OptionReader } from './read-options.ts';

/** Sizes that Llama and everything that descends from it have in common. */
export interface LlamaSizes {
  readonly vocabSize: number;
  readonly width: number;
  readonly innerWidth: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly contextLength: number;
}

/** In what the descendants of Llama differ. */
interface LlamaTraits {
  readonly isTied: boolean;
  readonly norm: NormStyle['kind'];
  readonly activation: string;
  readonly rope: (layer: number) => Rope;
  readonly window: (layer: number) => number | undefined;
  /** Biases of query, key and value. */
  readonly inputBias?: boolean;
  readonly outputBias?: boolean;
  readonly feedForwardBias?: boolean;
  /** Norms over queries and keys, head by head. */
  readonly hasHeadNorms?: boolean;
  /** Norms on what attention and feed-forward give, beside those on what they read (Gemma). */
  readonly hasOutputNorms?: boolean;
  /** One matrix for query, key and value and one for gate and up (Phi-3). */
  readonly isPacked?: boolean;
  readonly embeddingScale?: number;
  readonly attentionScale?: number;
  readonly scoreSoftCap?: number | undefined;
  readonly logitSoftCap?: number | undefined;
}

export interface LlamaLike {
  readonly modelType: string;
  readonly classes: readonly string[];
  /** Of files that name no head size; the width over the heads by default. */
  readonly headSize?: number;
  readonly traits: (options: OptionReader, sizes: LlamaSizes) => LlamaTraits;
}

/** An architecture of the Llama family: RMS norms, rotary positions, gated feed-forward, shared keys and values. */
export function llamaLike(description: LlamaLike): Architecture {
  const { modelType, classes } = description;
  return {
    modelType,
    classes,
    plan: (config, tensors) =>
      decoderPlan(config, tensors, (options) => {
        const sizes = readSizes(options, description.headSize);
        const traits = description.traits(options, sizes);
        const epsilon = options.positive('rms_norm_eps', modelType === 'phi3' ? 1e-5 : 1e-6);
        const prefix = tensors.has('embed_tokens.weight') ? '' : 'model.';
        return describe(prefix, sizes, traits, epsilon);
      }),
  };
}

function readSizes(options: OptionReader, defaultHeadSize: number | undefined): LlamaSizes {
  const width = options.size('hidden_size', 1 << 20);
  const heads = options.size('num_attention_heads', 1 << 12);
  const keyValueHeads = options.size('num_key_value_heads', 1 << 12, heads);
  if (options.findings.length === 0 && heads % keyValueHeads !== 0)
    options.unsupported('num_key_value_heads', keyValueHeads, `It must divide the ${heads} attention heads.`);
  if (
    options.findings.length === 0 &&
    options.raw('head_dim') === undefined &&
    defaultHeadSize === undefined &&
    width % heads !== 0
  )
    options.unsupported('num_attention_heads', heads, `It must divide hidden_size, which is ${width}.`);
  return {
    vocabSize: options.size('vocab_size', 1 << 24),
    width,
    innerWidth: options.size('intermediate_size', 1 << 22),
    layers: options.size('num_hidden_layers', 1024),
    heads,
    keyValueHeads,
    headSize: options.size('head_dim', 1 << 16, defaultHeadSize ?? Math.floor(width / heads)),
    contextLength: options.size('max_position_embeddings', 1 << 24),
  };
}

function describe(prefix: string, sizes: LlamaSizes, traits: LlamaTraits, epsilon: number): ReadDecoder {
  const embedding = `${prefix}embed_tokens`;
  const { embeddingScale, logitSoftCap } = traits;
  const stack: DecoderStack = {
    vocabSize: sizes.vocabSize,
    width: sizes.width,
    norm: { kind: traits.norm, epsilon },
    embedding: {
      module: embedding,
      width: sizes.width,
      ...(embeddingScale === undefined ? {} : { scale: embeddingScale }),
    },
    layers: Array.from({ length: sizes.layers }, (_, i) => layer(`${prefix}layers.${i}`, i, sizes, traits)),
    finalNorm: `${prefix}norm`,
    head: {
      module: traits.isTied ? embedding : 'lm_head',
      ...(logitSoftCap === undefined ? {} : { softCap: logitSoftCap }),
    },
  };
  return {
    stack,
    contextLength: sizes.contextLength,
    buffers: /\.rotary_emb\.inv_freq$/,
    ...(traits.isTied ? { unusedHead: 'lm_head.weight' } : {}),
  };
}

function layer(block: string, index: number, sizes: LlamaSizes, traits: LlamaTraits): DecoderLayer {
  const { headSize } = sizes;
  const { inputBias = false, outputBias = false, feedForwardBias = false, isPacked = false } = traits;
  const attention = (name: string, bias: boolean): Projection => ({
    module: `${block}.self_attn.${name}`,
    bias,
  });
  const feedForward = (name: string): Projection => ({
    module: `${block}.mlp.${name}`,
    bias: feedForwardBias,
  });
  const window = traits.window(index);
  const { scoreSoftCap } = traits;
  return {
    isParallel: false,
    attention: {
      norms: {
        before: `${block}.input_layernorm`,
        ...(traits.hasOutputNorms ? { onOutput: `${block}.post_attention_layernorm` } : {}),
      },
      projections: isPacked
        ? { kind: 'blocks', packed: attention('qkv_proj', inputBias) }
        : {
            kind: 'separate',
            query: attention('q_proj', inputBias),
            key: attention('k_proj', inputBias),
            value: attention('v_proj', inputBias),
          },
      output: attention('o_proj', outputBias),
      heads: sizes.heads,
      keyValueHeads: sizes.keyValueHeads,
      headSize,
      scale: traits.attentionScale ?? headSize ** -0.5,
      rope: traits.rope(index),
      ...(traits.hasHeadNorms
        ? { headNorms: { query: `${block}.self_attn.q_norm`, key: `${block}.self_attn.k_norm` } }
        : {}),
      ...(window === undefined ? {} : { window }),
      ...(scoreSoftCap === undefined ? {} : { softCap: scoreSoftCap }),
    },
    feedForward: {
      norms: traits.hasOutputNorms
        ? {
            before: `${block}.pre_feedforward_layernorm`,
            onOutput: `${block}.post_feedforward_layernorm`,
          }
        : { before: `${block}.post_attention_layernorm` },
      kind: isPacked ? 'packedGated' : 'gated',
      width: sizes.innerWidth,
      activation: traits.activation,
      ...(isPacked ? {} : { gate: feedForward('gate_proj') }),
      up: feedForward(isPacked ? 'gate_up_proj' : 'up_proj'),
      down: feedForward('down_proj'),
    },
  };
}
