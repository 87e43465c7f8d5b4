import { readLayerTypes } from '../decoder/layer-windows.ts';
import { readRope } from '../rope/read-rope.ts';
import { llamaLike } from './llama-like.ts';
import { readActivation } from './read-activation.ts';

/** Llama 1 to 3, and what shares its model type, such as SmolLM (Touvron et al., arXiv 2302.13971 and 2307.09288). */
export const llama = llamaLike({
  modelType: 'llama',
  classes: ['LlamaForCausalLM', 'LlamaModel'],
  traits(options, sizes) {
    readLayerTypes(options, sizes.layers, {
      isTyped: false,
      type: () => 'full_attention',
      window: undefined,
    });
    const rope = readRope(options, { ...sizes, base: 10_000, baseKeys: ['rope_theta'] });
    const attentionBias = options.flag('attention_bias', false);
    return {
      isTied: options.flag('tie_word_embeddings', false),
      norm: 'rms',
      activation: readActivation(options),
      rope: () => rope,
      window: () => undefined,
      inputBias: attentionBias,
      outputBias: attentionBias,
      feedForwardBias: options.flag('mlp_bias', false),
    };
  },
});
