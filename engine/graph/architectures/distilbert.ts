import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked } from '../../core/findings.ts';
import { activations } from '../activations.ts';
import { fullAttention } from '../full-attention.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';
import type { Architecture, ArchitecturePlan, ModelConfig, ModelInputs } from './architecture.ts';
import { buildMlmHead, findMlmHead } from './mlm-head.ts';
import { OptionReader } from './read-options.ts';
import { normNames, type StoredNorm, storedNorm } from './stored-norm.ts';

/** DistilBERT: BERT without token types, with names and options of its own. */
export const distilbert: Architecture = {
  modelType: 'distilbert',
  classes: ['DistilBertForMaskedLM'],
  plan,
};

interface Sizes {
  readonly vocabSize: number;
  readonly positionRows: number;
  readonly width: number;
  readonly innerWidth: number;
  readonly layers: number;
  readonly heads: number;
  readonly activation: string;
  readonly norm: StoredNorm;
  readonly prefix: string;
}

function plan(config: ModelConfig, tensors: ReadonlyMap<string, TensorFacts>): Checked<ArchitecturePlan> {
  const options = new OptionReader(config);
  const sizes = readSizes(options, tensors);
  const head = findMlmHead(
    options,
    tensors,
    {
      dense: 'vocab_transform',
      norm: 'vocab_layer_norm',
      decoder: 'vocab_projector',
      bias: 'vocab_projector.bias',
    },
    `${sizes.prefix}${words}`,
  );
  if (options.findings.length > 0) return { value: undefined, findings: options.findings };
  const value: ArchitecturePlan = {
    loss: 'mlm',
    contextLength: sizes.positionRows,
    vocabSize: sizes.vocabSize,
    isIgnored: (name) => head.isIgnored(name) || name === `${sizes.prefix}embeddings.position_ids`,
    build: (layers, inputs) => buildMlmHead(layers, buildEncoder(layers, inputs, sizes), head, sizes),
    remarks: [...head.remarks, ...options.remarks()],
  };
  return { value, findings: [] };
}

const words = 'embeddings.word_embeddings.weight';

function readSizes(options: OptionReader, tensors: ReadonlyMap<string, TensorFacts>): Sizes {
  const width = options.size('dim', 1 << 20, 768);
  const heads = options.size('n_heads', 1 << 12, 12);
  if (options.findings.length === 0 && width % heads !== 0)
    options.unsupported('n_heads', heads, `It must divide dim, which is ${width}.`);
  // The position table is stored, however its values came about; the others are for training.
  for (const key of [
    'sinusoidal_pos_embds',
    'qa_dropout',
    'seq_classif_dropout',
    'tie_weights_',
    'output_past',
  ])
    options.raw(key);
  options.refuse('pruned_heads', 'Every head must be there.');
  return {
    vocabSize: options.size('vocab_size', 1 << 24),
    positionRows: options.size('max_position_embeddings', 1 << 24, 512),
    width,
    innerWidth: options.size('hidden_dim', 1 << 22, 3072),
    layers: options.size('n_layers', 1024, 6),
    heads,
    activation: options.name('activation', Object.keys(activations), 'gelu'),
    // Not an option: the class has it built in.
    norm: { names: normNames(tensors), width, epsilon: 1e-12 },
    prefix: !tensors.has(`distilbert.${words}`) && tensors.has(words) ? '' : 'distilbert.',
  };
}

function buildEncoder(layers: Layers, inputs: ModelInputs, sizes: Sizes): Value {
  const { graph } = layers;
  const { prefix, width, innerWidth, heads } = sizes;
  const norm = (x: Value, module: string): Value => storedNorm(layers, x, module, sizes.norm);
  const dense = (x: Value, module: string, from: number, to: number): Value =>
    layers.linear(x, module, { from, to, bias: true });
  const activate = activations[sizes.activation];

  const embeddings = `${prefix}embeddings`;
  const places = layers.embedding(
    graph.range(inputs.length),
    `${embeddings}.position_embeddings`,
    sizes.positionRows,
    width,
  );
  const word = layers.embedding(inputs.ids, `${embeddings}.word_embeddings`, sizes.vocabSize, width);
  let x = norm(graph.add(word, places), `${embeddings}.LayerNorm`);
  for (let i = 0; i < sizes.layers; i++) {
    const block = `${prefix}transformer.layer.${i}`;
    const project = (part: string): Value => dense(x, `${block}.attention.${part}`, width, width);
    const mixed = fullAttention(graph, {
      query: project('q_lin'),
      key: project('k_lin'),
      value: project('v_lin'),
      heads,
      headSize: width / heads,
      scale: (width / heads) ** -0.5,
      isOneSequence: true,
    });
    x = norm(
      graph.add(x, dense(mixed, `${block}.attention.out_lin`, width, width)),
      `${block}.sa_layer_norm`,
    );
    const inner = dense(x, `${block}.ffn.lin1`, width, innerWidth);
    const active = activate ? activate(graph, inner) : inner;
    x = norm(
      graph.add(x, dense(active, `${block}.ffn.lin2`, innerWidth, width)),
      `${block}.output_layer_norm`,
    );
  }
  return x;
}
