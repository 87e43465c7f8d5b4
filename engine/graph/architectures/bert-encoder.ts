import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import { activations } from '../activations.ts';
import { fullAttention } from '../full-attention.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';
import type { ModelInputs } from './architecture.ts';
import type { OptionReader } from './read-options.ts';
import { normNames, type StoredNorm, storedNorm } from './stored-norm.ts';

/** The encoder that BERT and RoBERTa share: what config.json says about it. */
export interface BertEncoder {
  readonly vocabSize: number;
  /** Rows of the position table. */
  readonly positionRows: number;
  readonly tokenTypes: number;
  readonly width: number;
  readonly innerWidth: number;
  readonly layers: number;
  readonly heads: number;
  readonly activation: string;
  readonly norm: StoredNorm;
  /** Files written from the bare encoder lack the `bert.` that the language model has. */
  readonly prefix: string;
}

/** Reads the options of a BERT-like encoder; absent ones have the defaults that the classes of that name have. */
export function readBertEncoder(
  options: OptionReader,
  tensors: ReadonlyMap<string, TensorFacts>,
  prefix: string,
): BertEncoder {
  for (const key of neutral) options.raw(key);
  const width = options.size('hidden_size', 1 << 20, 768);
  const heads = options.size('num_attention_heads', 1 << 12, 12);
  if (options.findings.length === 0 && width % heads !== 0)
    options.unsupported('num_attention_heads', heads, `It must divide hidden_size, which is ${width}.`);
  options.name('position_embedding_type', ['absolute'], 'absolute');
  options.refuse('is_decoder', 'Only encoders with a masked language model head are supported.');
  options.refuse('add_cross_attention', 'Only encoders with a masked language model head are supported.');
  options.refuse('pruned_heads', 'Every head must be there.');
  const isBare = !tensors.has(`${prefix}${words}`) && tensors.has(words);
  return {
    vocabSize: options.size('vocab_size', 1 << 24),
    positionRows: options.size('max_position_embeddings', 1 << 24, 512),
    tokenTypes: options.size('type_vocab_size', 1 << 16, 2),
    width,
    innerWidth: options.size('intermediate_size', 1 << 22, 3072),
    layers: options.size('num_hidden_layers', 1024, 12),
    heads,
    activation: options.name('hidden_act', Object.keys(activations), 'gelu'),
    norm: { names: normNames(tensors), width, epsilon: options.positive('layer_norm_eps', 1e-12) },
    prefix: isBare ? '' : prefix,
  };
}

/** About the pooler, which no token's loss depends on, and remarks of the first converted files. */
const neutral: readonly string[] = [
  'directionality',
  'output_past',
  'pooler_fc_size',
  'pooler_num_attention_heads',
  'pooler_num_fc_layers',
  'pooler_size_per_head',
  'pooler_type',
];

const words = 'embeddings.word_embeddings.weight';

/** The embedding, which a tied head shares. */
export function wordEmbedding({ prefix }: Pick<BertEncoder, 'prefix'>): string {
  return `${prefix}${words}`;
}

/** Tensors that checkpoints carry beside the encoder and the head, and that no token's loss depends on. */
export function isBesideBertEncoder({ prefix }: Pick<BertEncoder, 'prefix'>, name: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const rest = name.slice(prefix.length);
  return rest.startsWith('pooler.') || /^embeddings\.(position_ids|token_type_ids)$/.test(rest);
}

/**
 * From ids to the last hidden states. `positions` are rows of the position table, of shape [n]. Windows hold one text,
 * so every token is of type 0.
 */
export function buildBertEncoder(
  layers: Layers,
  inputs: ModelInputs,
  encoder: BertEncoder,
  positions: Value,
): Value {
  const { graph } = layers;
  const { prefix, width, innerWidth, heads } = encoder;
  const norm = (x: Value, module: string): Value => storedNorm(layers, x, module, encoder.norm);
  const dense = (x: Value, module: string, from: number, to: number): Value =>
    layers.linear(x, module, { from, to, bias: true });
  const activate = activations[encoder.activation];

  const embeddings = `${prefix}embeddings`;
  const word = layers.embedding(inputs.ids, `${embeddings}.word_embeddings`, encoder.vocabSize, width);
  const places = layers.embedding(
    positions,
    `${embeddings}.position_embeddings`,
    encoder.positionRows,
    width,
  );
  const types = layers.embedding(
    graph.integers([0]),
    `${embeddings}.token_type_embeddings`,
    encoder.tokenTypes,
    width,
  );
  let x = norm(graph.add(graph.add(word, types), places), `${embeddings}.LayerNorm`);
  for (let i = 0; i < encoder.layers; i++) {
    const block = `${prefix}encoder.layer.${i}`;
    const project = (part: string): Value => dense(x, `${block}.attention.self.${part}`, width, width);
    const mixed = fullAttention(graph, {
      query: project('query'),
      key: project('key'),
      value: project('value'),
      heads,
      headSize: width / heads,
      scale: (width / heads) ** -0.5,
      isOneSequence: true,
    });
    const attended = dense(mixed, `${block}.attention.output.dense`, width, width);
    x = norm(graph.add(x, attended), `${block}.attention.output.LayerNorm`);
    const inner = dense(x, `${block}.intermediate.dense`, width, innerWidth);
    const active = activate ? activate(graph, inner) : inner;
    x = norm(
      graph.add(x, dense(active, `${block}.output.dense`, innerWidth, width)),
      `${block}.output.LayerNorm`,
    );
  }
  return x;
}
