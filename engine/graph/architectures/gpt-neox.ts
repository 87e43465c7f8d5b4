import { decoderPlan, type ReadDecoder } from '../decoder/decoder-plan.ts';
import type { DecoderLayer, Projection } from '../decoder/decoder-stack.ts';
import { readRope } from '../rope/read-rope.ts';
import type { Architecture } from './architecture.ts';
import { readActivation } from './read-activation.ts';
import type { OptionReader } from './read-options.ts';

/**
 * GPT-NeoX and Pythia: part of every head is rotated, attention and feed-forward read the same input, query, key and
 * value are packed head by head (Black et al., arXiv 2204.06745).
 */
export const gptNeox: Architecture = {
  modelType: 'gpt_neox',
  classes: ['GPTNeoXForCausalLM', 'GPTNeoXModel'],
  plan: (config, tensors) =>
    decoderPlan(config, tensors, (options) =>
      read(options, tensors.has('embed_in.weight') ? '' : 'gpt_neox.'),
    ),
};

function read(options: OptionReader, prefix: string): ReadDecoder {
  const width = options.size('hidden_size', 1 << 20);
  const heads = options.size('num_attention_heads', 1 << 12);
  if (options.findings.length === 0 && width % heads !== 0)
    options.unsupported('num_attention_heads', heads, `It must divide hidden_size, which is ${width}.`);
  const headSize = Math.floor(width / heads);
  const contextLength = options.size('max_position_embeddings', 1 << 24);
  const rope = readRope(options, {
    headSize,
    contextLength,
    base: 10_000,
    baseKeys: ['rotary_emb_base', 'rope_theta'],
    shareKeys: ['rotary_pct', 'partial_rotary_factor'],
    share: 0.25,
  });
  const bias = options.flag('attention_bias', true);
  const isParallel = options.flag('use_parallel_residual', true);
  const activation = readActivation(options, 'hidden_act', 'gelu');
  const innerWidth = options.size('intermediate_size', 1 << 22);
  const isTied = options.flag('tie_word_embeddings', false);

  const layer = (i: number): DecoderLayer => {
    const block = `${prefix}layers.${i}`;
    const projection = (name: string, hasBias: boolean): Projection => ({
      module: `${block}.${name}`,
      bias: hasBias,
    });
    return {
      isParallel,
      attention: {
        norms: { before: `${block}.input_layernorm` },
        projections: { kind: 'perHead', packed: projection('attention.query_key_value', bias) },
        output: projection('attention.dense', bias),
        heads,
        keyValueHeads: heads,
        headSize,
        scale: headSize ** -0.5,
        rope,
      },
      feedForward: {
        norms: { before: `${block}.post_attention_layernorm` },
        kind: 'plain',
        width: innerWidth,
        activation,
        up: projection('mlp.dense_h_to_4h', true),
        down: projection('mlp.dense_4h_to_h', true),
      },
    };
  };
  return {
    stack: {
      vocabSize: options.size('vocab_size', 1 << 24),
      width,
      norm: { kind: 'layer', epsilon: options.positive('layer_norm_eps', 1e-5) },
      embedding: { module: `${prefix}embed_in`, width },
      layers: Array.from({ length: options.size('num_hidden_layers', 1024) }, (_, i) => layer(i)),
      finalNorm: `${prefix}final_layer_norm`,
      head: { module: isTied ? `${prefix}embed_in` : 'embed_out' },
    },
    contextLength,
    buffers: /\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)$/,
    ...(isTied ? { unusedHead: 'embed_out.weight' } : {}),
  };
}
