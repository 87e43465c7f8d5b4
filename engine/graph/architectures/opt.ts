import { decoderPlan, type ReadDecoder } from '../decoder/decoder-plan.ts';
import type { DecoderLayer, Projection, SublayerNorms } from '../decoder/decoder-stack.ts';
import type { Architecture } from './architecture.ts';
import { readActivation } from './read-activation.ts';
import type { OptionReader } from './read-options.ts';

/** Rows of the position table before the first position. */
const positionOffset = 2;

/**
 * OPT: learned positions that begin at row 2, norms before or after the sublayers, embeddings that may be narrower
 * than the hidden states (Zhang et al., arXiv 2205.01068).
 */
export const opt: Architecture = {
  modelType: 'opt',
  classes: ['OPTForCausalLM', 'OPTModel'],
  plan: (config, tensors) =>
    decoderPlan(config, tensors, (options) =>
      read(options, tensors.has('decoder.embed_tokens.weight') ? 'decoder.' : 'model.decoder.'),
    ),
};

function read(options: OptionReader, prefix: string): ReadDecoder {
  const width = options.size('hidden_size', 1 << 20);
  const heads = options.size('num_attention_heads', 1 << 12);
  if (options.findings.length === 0 && width % heads !== 0)
    options.unsupported('num_attention_heads', heads, `It must divide hidden_size, which is ${width}.`);
  if (!options.flag('layer_norm_elementwise_affine', true))
    options.unsupported('layer_norm_elementwise_affine', false, 'Norms must have weights.');
  const bias = options.flag('enable_bias', true);
  const isNormBefore = options.flag('do_layer_norm_before', true);
  const hasFinalNorm = isNormBefore && !options.flag('_remove_final_layer_norm', false);
  const embeddingWidth = options.size('word_embed_proj_dim', 1 << 20, width);
  const contextLength = options.size('max_position_embeddings', 1 << 24);
  const innerWidth = options.size('ffn_dim', 1 << 22);
  const activation = readActivation(options, 'activation_function', 'relu');
  const isTied = options.flag('tie_word_embeddings', true);
  const embedding = `${prefix}embed_tokens`;

  const layer = (i: number): DecoderLayer => {
    const block = `${prefix}layers.${i}`;
    const projection = (name: string): Projection => ({ module: `${block}.${name}`, bias });
    const norms = (name: string): SublayerNorms =>
      isNormBefore ? { before: `${block}.${name}` } : { afterSum: `${block}.${name}` };
    return {
      isParallel: false,
      attention: {
        norms: norms('self_attn_layer_norm'),
        projections: {
          kind: 'separate',
          query: projection('self_attn.q_proj'),
          key: projection('self_attn.k_proj'),
          value: projection('self_attn.v_proj'),
        },
        output: projection('self_attn.out_proj'),
        heads,
        keyValueHeads: heads,
        headSize: Math.floor(width / heads),
        scale: (width / heads) ** -0.5,
      },
      feedForward: {
        norms: norms('final_layer_norm'),
        kind: 'plain',
        width: innerWidth,
        activation,
        up: projection('fc1'),
        down: projection('fc2'),
      },
    };
  };
  return {
    stack: {
      vocabSize: options.size('vocab_size', 1 << 24),
      width,
      norm: { kind: 'layer', epsilon: 1e-5 },
      embedding: {
        module: embedding,
        width: embeddingWidth,
        ...(embeddingWidth === width ? {} : { projection: `${prefix}project_in` }),
      },
      positions: {
        module: `${prefix}embed_positions`,
        rows: contextLength + positionOffset,
        offset: positionOffset,
      },
      layers: Array.from({ length: options.size('num_hidden_layers', 1024) }, (_, i) => layer(i)),
      ...(hasFinalNorm ? { finalNorm: `${prefix}final_layer_norm` } : {}),
      ...(embeddingWidth === width ? {} : { outputProjection: `${prefix}project_out` }),
      head: { module: isTied ? embedding : 'lm_head' },
    },
    contextLength,
    buffers: /^$/,
    ...(isTied ? { unusedHead: 'lm_head.weight' } : {}),
  };
}
