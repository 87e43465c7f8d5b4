import { decoderPlan, type ReadDecoder } from '../decoder/decoder-plan.ts';
import type { DecoderLayer, Projection } from '../decoder/decoder-stack.ts';
import type { Architecture } from './architecture.ts';
import { readActivation } from './read-activation.ts';
import type { OptionReader } from './read-options.ts';

/** GPT-2: learned positions, norms before the sublayers, Conv1D weights stored as [in, out] (spec 03 §9.2). */
export const gpt2: Architecture = {
  modelType: 'gpt2',
  classes: ['GPT2LMHeadModel', 'GPT2Model'],
  // Files written from the bare stack lack the prefix that the language model has.
  plan: (config, tensors) =>
    decoderPlan(config, tensors, (options) => read(options, tensors.has('wte.weight') ? '' : 'transformer.')),
};

function read(options: OptionReader, prefix: string): ReadDecoder {
  const width = options.size('n_embd', 1 << 20);
  const heads = options.size('n_head', 1 << 12);
  if (options.findings.length === 0 && width % heads !== 0)
    options.unsupported('n_head', heads, `It must divide n_embd, which is ${width}.`);
  options.refuse('scale_attn_by_inverse_layer_idx', 'Attention scaled by layer is not supported.');
  options.refuse('reorder_and_upcast_attn', 'Reordered attention is not supported.');
  const contextLength = options.size('n_positions', 1 << 24);
  const innerWidth = options.size('n_inner', 1 << 22, 4 * width);
  const activation = readActivation(options, 'activation_function', 'gelu_new');
  const scale = options.flag('scale_attn_weights', true) ? (width / heads) ** -0.5 : 1;
  const isTied = options.flag('tie_word_embeddings', true);

  const layer = (i: number): DecoderLayer => {
    const block = `${prefix}h.${i}`;
    const conv1d = (name: string): Projection => ({
      module: `${block}.${name}`,
      bias: true,
      isInputFirst: true,
    });
    return {
      isParallel: false,
      attention: {
        norms: { before: `${block}.ln_1` },
        projections: { kind: 'blocks', packed: conv1d('attn.c_attn') },
        output: conv1d('attn.c_proj'),
        heads,
        keyValueHeads: heads,
        headSize: Math.floor(width / heads),
        scale,
      },
      feedForward: {
        norms: { before: `${block}.ln_2` },
        kind: 'plain',
        width: innerWidth,
        activation,
        up: conv1d('mlp.c_fc'),
        down: conv1d('mlp.c_proj'),
      },
    };
  };
  return {
    stack: {
      vocabSize: options.size('vocab_size', 1 << 24),
      width,
      norm: { kind: 'layer', epsilon: options.positive('layer_norm_epsilon', 1e-5) },
      embedding: { module: `${prefix}wte`, width },
      positions: { module: `${prefix}wpe`, rows: contextLength, offset: 0 },
      layers: Array.from({ length: options.size('n_layer', 1024) }, (_, i) => layer(i)),
      finalNorm: `${prefix}ln_f`,
      head: { module: isTied ? `${prefix}wte` : 'lm_head' },
    },
    contextLength,
    buffers: /(^|\.)h\.\d+\.attn\.(bias|masked_bias)$/,
    ...(isTied ? { unusedHead: 'lm_head.weight' } : {}),
  };
}
