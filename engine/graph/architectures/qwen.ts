import { readLayerTypes } from '../decoder/layer-windows.ts';
import { readRope } from '../rope/read-rope.ts';
import { type LlamaSizes, llamaLike } from './llama-like.ts';
import { readActivation } from './read-activation.ts';
import type { OptionReader } from './read-options.ts';

/** Qwen2 and Qwen2.5: biases on query, key and value (Yang et al., arXiv 2407.10671). */
export const qwen2 = llamaLike({
  modelType: 'qwen2',
  classes: ['Qwen2ForCausalLM', 'Qwen2Model'],
  traits: (options, sizes) => ({ ...shared(options, sizes), inputBias: true }),
});

/** Qwen3: norms over the heads of queries and keys instead of biases (Yang et al., arXiv 2505.09388). */
export const qwen3 = llamaLike({
  modelType: 'qwen3',
  classes: ['Qwen3ForCausalLM', 'Qwen3Model'],
  headSize: 128,
  traits(options, sizes) {
    const bias = options.flag('attention_bias', false);
    return { ...shared(options, sizes), hasHeadNorms: true, inputBias: bias, outputBias: bias };
  },
});

/** With `use_sliding_window`, the layers from `max_window_layers` on see only a window. */
function shared(options: OptionReader, sizes: LlamaSizes) {
  const isSliding = options.flag('use_sliding_window', false);
  const size = options.optionalSize('sliding_window', 1 << 24, 4096);
  const firstSliding = options.index('max_window_layers', 1 << 16, 28);
  const window = isSliding ? size : undefined;
  const types = readLayerTypes(options, sizes.layers, {
    isTyped: true,
    type: (layer) => (window !== undefined && layer >= firstSliding ? 'sliding_attention' : 'full_attention'),
    window,
  });
  const rope = readRope(options, { ...sizes, base: 10_000, baseKeys: ['rope_theta'] });
  return {
    isTied: options.flag('tie_word_embeddings', false),
    norm: 'rms' as const,
    activation: readActivation(options),
    rope: () => rope,
    window: (layer: number) => (types[layer] === 'sliding_attention' ? window : undefined),
  };
}
