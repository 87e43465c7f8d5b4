import { readLayerTypes } from '../decoder/layer-windows.ts';
import { readRope } from '../rope/read-rope.ts';
import { llamaLike } from './llama-like.ts';
import { readActivation } from './read-activation.ts';

/** Phi-3 and Phi-4 without images: packed projections, partial rotary positions (Abdin et al., arXiv 2404.14219). */
export const phi3 = llamaLike({
  modelType: 'phi3',
  classes: ['Phi3ForCausalLM', 'Phi3Model'],
  traits(options, sizes) {
    const window = options.optionalSize('sliding_window', 1 << 24);
    const type = window === undefined ? 'full_attention' : 'sliding_attention';
    readLayerTypes(options, sizes.layers, { isTyped: false, type: () => type, window });
    const rope = readRope(options, {
      ...sizes,
      base: 10_000,
      baseKeys: ['rope_theta'],
      shareKeys: ['partial_rotary_factor'],
    });
    // Other descriptions read it with the kinds of RoPE that need it; Phi-3 files always have it.
    options.optionalSize('original_max_position_embeddings', 1 << 24);
    const attentionBias = options.flag('attention_bias', false);
    if (attentionBias) options.unsupported('attention_bias', true, 'Phi-3 has no biases.');
    return {
      isTied: options.flag('tie_word_embeddings', false),
      norm: 'rms',
      activation: readActivation(options),
      rope: () => rope,
      window: () => window,
      isPacked: true,
    };
  },
});
