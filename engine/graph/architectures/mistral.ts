import { readLayerTypes } from '../decoder/layer-windows.ts';
import { readRope } from '../rope/read-rope.ts';
import { llamaLike } from './llama-like.ts';
import { readActivation } from './read-activation.ts';

/** Mistral: every layer sees the last `sliding_window` tokens, unless it is null (Jiang et al., arXiv 2310.06825). */
export const mistral = llamaLike({
  modelType: 'mistral',
  classes: ['MistralForCausalLM', 'MistralModel'],
  traits(options, sizes) {
    const window = options.optionalSize('sliding_window', 1 << 24, 4096);
    const type = window === undefined ? 'full_attention' : 'sliding_attention';
    readLayerTypes(options, sizes.layers, { isTyped: false, type: () => type, window });
    const rope = readRope(options, { ...sizes, base: 10_000, baseKeys: ['rope_theta'] });
    return {
      isTied: options.flag('tie_word_embeddings', false),
      norm: 'rms',
      activation: readActivation(options),
      rope: () => rope,
      window: () => window,
    };
  },
});
