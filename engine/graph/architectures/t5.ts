import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import { activations } from '../activations.ts';
import type { Architecture, ArchitecturePlan, ModelConfig } from './architecture.ts';
import { OptionReader } from './read-options.ts';
import { buildT5, type T5Sizes } from './t5-stacks.ts';

/** T5 in both versions, and Flan-T5, which is the second one (Raffel et al. 2020; Shazeer 2020 for the gated form). */
export const t5: Architecture = {
  modelType: 't5',
  classes: ['T5ForConditionalGeneration', 'T5WithLMHeadModel'],
  plan,
};

/** The class has no longest sequence; this keeps a hostile file from asking for endless ones. */
const longestSequence = 1 << 20;

function plan(config: ModelConfig, tensors: ReadonlyMap<string, TensorFacts>): Checked<ArchitecturePlan> {
  const options = new OptionReader(config);
  const sizes = readSizes(options, tensors);
  const decoderStartId = options.index('decoder_start_token_id', 1 << 24);
  if (options.findings.length > 0) return { value: undefined, findings: options.findings };
  const isHeadIgnored = sizes.headWeight !== 'lm_head.weight' && tensors.has('lm_head.weight');
  const value: ArchitecturePlan = {
    loss: 'seq2seq',
    contextLength: longestSequence,
    vocabSize: sizes.vocabSize,
    decoderStartId,
    isIgnored: (name) =>
      (isHeadIgnored && name === 'lm_head.weight') || embeddingNames.includes(name) || name === unusedBias,
    build: (layers, inputs) => buildT5(layers, inputs, sizes),
    remarks: [...(isHeadIgnored ? [storedTiedHead()] : []), ...options.remarks()],
  };
  return { value, findings: [] };
}

/** One parameter: encoder and decoder always share the embedding, and old files hold it three times. */
const embeddingNames: readonly string[] = [
  'shared.weight',
  'encoder.embed_tokens.weight',
  'decoder.embed_tokens.weight',
];

/** Stored by old versions; attention to the encoder has no position bias. */
const unusedBias = 'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight';

function readSizes(options: OptionReader, tensors: ReadonlyMap<string, TensorFacts>): T5Sizes {
  // Nothing reads them: positions are relative.
  for (const key of ['n_positions', 'output_past']) options.raw(key);
  options.refuse('is_decoder', 'Only models with encoder and decoder are supported.');
  options.refuse('tie_encoder_decoder', 'An encoder that is its decoder is not supported.');
  options.refuse('pruned_heads', 'Every head must be there.');
  if (!options.flag('is_encoder_decoder', true))
    options.unsupported('is_encoder_decoder', false, 'Only models with encoder and decoder are supported.');
  const buckets = options.size('relative_attention_num_buckets', 1 << 16, 32);
  const farthest = options.size('relative_attention_max_distance', 1 << 16, 128);
  if (buckets < 4 || farthest <= buckets / 2) {
    options.unsupported(
      'relative_attention_num_buckets',
      buckets,
      `At least 4 are needed, and relative_attention_max_distance, which is ${farthest}, must be more than half of them.`,
    );
  }
  const encoderLayers = options.size('num_layers', 1024, 6);
  const embedding = embeddingNames.find((name) => tensors.has(name)) ?? 'shared.weight';
  return {
    vocabSize: options.size('vocab_size', 1 << 24),
    width: options.size('d_model', 1 << 20, 512),
    innerWidth: options.size('d_ff', 1 << 22, 2048),
    heads: options.size('num_heads', 1 << 12, 8),
    headSize: options.size('d_kv', 1 << 16, 64),
    encoderLayers,
    decoderLayers: options.size('num_decoder_layers', 1024, encoderLayers),
    buckets,
    farthest,
    epsilon: options.positive('layer_norm_epsilon', 1e-6),
    ...readFeedForward(options),
    embedding,
    ...readHead(options, tensors, embedding),
  };
}

/** `feed_forward_proj` is "relu" or "gated-gelu"; files may also state the two things that it stands for. */
function readFeedForward(options: OptionReader): Pick<T5Sizes, 'activation' | 'isGated'> {
  const form = options.raw('feed_forward_proj') ?? 'relu';
  const match = typeof form === 'string' ? /^(gated-)?([^-]+)$/.exec(form) : null;
  if (!match) {
    options.unsupported(
      'feed_forward_proj',
      form,
      'It must be an activation, or "gated-" and an activation.',
    );
    return { activation: 'relu', isGated: false };
  }
  // "gated-gelu" has meant the approximation by tanh from the beginning.
  const derived = form === 'gated-gelu' ? 'gelu_new' : (match[2] ?? '');
  const stated = options.raw('dense_act_fn');
  const key = stated === undefined ? 'feed_forward_proj' : 'dense_act_fn';
  const activation = stated ?? derived;
  const supported = Object.keys(activations);
  if (typeof activation !== 'string' || !supported.includes(activation)) {
    options.unsupported(key, activation, `Supported are ${supported.join(', ')}.`);
    return { activation: 'relu', isGated: false };
  }
  return { activation, isGated: options.flag('is_gated_act', match[1] !== undefined) };
}

/**
 * The first version shares its head with the embedding and scales the decoder's output by width^−½; the second does
 * neither, and says so with `tie_word_embeddings: false`. Newer files state the scaling by itself, call every model
 * tied, and mean the stored head if there is one.
 */
function readHead(
  options: OptionReader,
  tensors: ReadonlyMap<string, TensorFacts>,
  embedding: string,
): Pick<T5Sizes, 'headWeight' | 'isHeadScaled'> {
  const isTied = options.flag('tie_word_embeddings', true);
  const isHeadScaled = options.flag('scale_decoder_outputs', isTied);
  const isStated = options.raw('scale_decoder_outputs') !== undefined;
  const isOwn = !isTied || (isStated && tensors.has('lm_head.weight'));
  return { headWeight: isOwn ? 'lm_head.weight' : embedding, isHeadScaled };
}

function storedTiedHead(): Finding {
  return {
    code: 'M213',
    severity: 'note',
    message:
      'lm_head.weight is stored, but config.json ties the head to the embedding, so the embedding is used. Set tie_word_embeddings to false if the stored head is meant.',
    pointer: '/tie_word_embeddings',
  };
}
