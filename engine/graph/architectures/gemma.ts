import { readLayerTypes } from '../decoder/layer-windows.ts';
import { readRope } from '../rope/read-rope.ts';
import { type LlamaSizes, llamaLike } from './llama-like.ts';
import { readActivation } from './read-activation.ts';
import type { OptionReader } from './read-options.ts';

/**
 * Gemma 2: norms before and after every sublayer, scaled embeddings, capped scores and logits, and a window in every
 * second layer, beginning with the first (Gemma Team, arXiv 2408.00118).
 */
export const gemma2 = llamaLike({
  modelType: 'gemma2',
  classes: ['Gemma2ForCausalLM', 'Gemma2Model'],
  headSize: 256,
  traits(options, sizes) {
    const { types, window, ...shared } = readShared(options, sizes, (layer) => layer % 2 === 0);
    const rope = readRope(options, { ...sizes, base: 10_000, baseKeys: ['rope_theta'] });
    return {
      ...shared,
      rope: () => rope,
      window: (layer) => (types[layer] === 'sliding_attention' ? window : undefined),
      scoreSoftCap: options.optionalPositive('attn_logit_softcapping', 50),
      logitSoftCap: options.optionalPositive('final_logit_softcapping', 30),
    };
  },
});

/**
 * Gemma 3 without images: norms over the heads of queries and keys, five layers with a window to one without, and
 * unscaled rotary positions of another base where there is a window (Gemma Team, arXiv 2503.19786).
 */
export const gemma3 = llamaLike({
  modelType: 'gemma3_text',
  classes: ['Gemma3ForCausalLM', 'Gemma3TextModel'],
  headSize: 256,
  traits(options, sizes) {
    options.refuse('attn_logit_softcapping', 'Gemma 3 does not cap attention scores.');
    const pattern = options.size(
      'sliding_window_pattern',
      1024,
      options.size('_sliding_window_pattern', 1024, 6),
    );
    const { types, window, ...shared } = readShared(options, sizes, (layer) => (layer + 1) % pattern !== 0);
    const global = readRope(options, {
      ...sizes,
      base: 1_000_000,
      baseKeys: ['rope_theta'],
      layerType: 'full_attention',
    });
    const local = readRope(options, {
      ...sizes,
      base: 10_000,
      baseKeys: ['rope_local_base_freq'],
      layerType: 'sliding_attention',
      isUnscaled: true,
    });
    const isLocal = (layer: number): boolean => types[layer] === 'sliding_attention';
    return {
      ...shared,
      rope: (layer) => (isLocal(layer) ? local : global),
      window: (layer) => (isLocal(layer) ? window : undefined),
      hasHeadNorms: true,
      logitSoftCap: options.optionalPositive('final_logit_softcapping'),
    };
  },
});

function readShared(options: OptionReader, sizes: LlamaSizes, isSliding: (layer: number) => boolean) {
  options.refuse('use_bidirectional_attention', 'Only causal attention is supported.');
  const window = options.optionalSize('sliding_window', 1 << 24, 4096);
  const types = readLayerTypes(options, sizes.layers, {
    isTyped: true,
    type: (layer) => (window !== undefined && isSliding(layer) ? 'sliding_attention' : 'full_attention'),
    window,
  });
  // An older name, which files of Gemma 2 still carry; the model reads hidden_activation.
  options.raw('hidden_act');
  const bias = options.flag('attention_bias', false);
  return {
    types,
    window,
    isTied: options.flag('tie_word_embeddings', true),
    norm: 'centredRms' as const,
    activation: readActivation(options, 'hidden_activation', 'gelu_pytorch_tanh'),
    inputBias: bias,
    outputBias: bias,
    hasOutputNorms: true,
    // In float32; models that are run in bfloat16 round it.
    embeddingScale: Math.sqrt(sizes.width),
    attentionScale: options.positive('query_pre_attn_scalar', 256) ** -0.5,
  };
}
