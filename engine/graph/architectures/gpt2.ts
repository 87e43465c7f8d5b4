import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import { activations } from '../activations.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';
import type { Architecture, ArchitecturePlan, BuiltModel, ModelConfig, ModelInputs } from './architecture.ts';
import { causalAttention } from './causal-attention.ts';
import { OptionReader } from './read-options.ts';

/** GPT-2: learned positions, pre-normalised blocks, Conv1D weights stored as [in, out] (spec 03 §9.2). */
export const gpt2: Architecture = {
  modelType: 'gpt2',
  classes: ['GPT2LMHeadModel', 'GPT2Model'],
  plan,
};

interface Sizes {
  readonly vocabSize: number;
  readonly contextLength: number;
  readonly width: number;
  readonly innerWidth: number;
  readonly layers: number;
  readonly heads: number;
  readonly epsilon: number;
  readonly activation: string;
  readonly isAttentionScaled: boolean;
  /** Files written from the bare stack lack the `transformer.` that the language model has. */
  readonly prefix: string;
}

function plan(config: ModelConfig, tensors: ReadonlyMap<string, TensorFacts>): Checked<ArchitecturePlan> {
  const options = new OptionReader(config);
  const sizes = readSizes(options, config, tensors);
  const isTied = options.flag('tie_word_embeddings', true);
  if (options.findings.length > 0) return { value: undefined, findings: options.findings };

  const { prefix } = sizes;
  const embedding = `${prefix}wte.weight`;
  const buffer = new RegExp(`^${prefix.replace('.', '\\.')}h\\.\\d+\\.attn\\.(bias|masked_bias)$`);
  const remarks: Finding[] = [];
  if (isTied && tensors.has('lm_head.weight')) remarks.push(storedTiedHead());
  const value: ArchitecturePlan = {
    loss: 'causal',
    contextLength: sizes.contextLength,
    vocabSize: sizes.vocabSize,
    isIgnored: (name) => buffer.test(name) || (isTied && name === 'lm_head.weight'),
    build: (layers, inputs) => buildStack(layers, inputs, sizes, isTied ? embedding : 'lm_head.weight'),
    remarks,
  };
  return { value, findings: [] };
}

function readSizes(
  options: OptionReader,
  config: ModelConfig,
  tensors: ReadonlyMap<string, TensorFacts>,
): Sizes {
  const width = options.size('n_embd', 1 << 20);
  const heads = options.size('n_head', 1 << 12);
  if (options.findings.length === 0 && width % heads !== 0)
    options.unsupported('n_head', heads, `It must divide n_embd, which is ${width}.`);
  options.refuse('scale_attn_by_inverse_layer_idx', 'Attention scaled by layer is not supported.');
  options.refuse('reorder_and_upcast_attn', 'Reordered attention is not supported.');
  options.refuse('add_cross_attention', 'Only models without an encoder are supported.');
  options.refuse('pruned_heads', 'Every head must be there.');
  options.refuse(
    'quantization_config',
    'Packed weights are not supported: use the original checkpoint or a dequantised one.',
  );
  return {
    vocabSize: options.size('vocab_size', 1 << 24),
    contextLength: options.size('n_positions', 1 << 24),
    width,
    innerWidth:
      config.n_inner === null || config.n_inner === undefined ? 4 * width : options.size('n_inner', 1 << 22),
    layers: options.size('n_layer', 1024),
    heads,
    epsilon: options.positive('layer_norm_epsilon', 1e-5),
    activation: options.name('activation_function', Object.keys(activations), 'gelu_new'),
    isAttentionScaled: options.flag('scale_attn_weights', true),
    prefix: tensors.has('wte.weight') ? '' : 'transformer.',
  };
}

function buildStack(layers: Layers, inputs: ModelInputs, sizes: Sizes, headWeight: string): BuiltModel {
  const { graph } = layers;
  const { prefix, width, innerWidth } = sizes;
  const norm = (x: Value, module: string): Value => layers.layerNorm(x, module, width, sizes.epsilon);
  const conv1d = (x: Value, module: string, from: number, to: number): Value =>
    layers.linear(x, module, { from, to, bias: true, isInputFirst: true });
  const activate = activations[sizes.activation];

  let x = graph.add(
    layers.embedding(inputs.ids, `${prefix}wte`, sizes.vocabSize, width),
    graph.firstRows(layers.weight(`${prefix}wpe.weight`, [sizes.contextLength, width]), inputs.length),
  );
  for (let i = 0; i < sizes.layers; i++) {
    const block = `${prefix}h.${i}`;
    const packed = conv1d(norm(x, `${block}.ln_1`), `${block}.attn.c_attn`, width, 3 * width);
    const [query, key, value] = graph.split(packed, 1, [width, width, width]);
    if (query && key && value) {
      const scale = sizes.isAttentionScaled ? (width / sizes.heads) ** -0.5 : 1;
      const { heads } = sizes;
      const mixed = causalAttention(graph, { query, key, value, heads, width, length: inputs.length, scale });
      x = graph.add(x, conv1d(mixed, `${block}.attn.c_proj`, width, width));
    }
    const inner = conv1d(norm(x, `${block}.ln_2`), `${block}.mlp.c_fc`, width, innerWidth);
    const active = activate ? activate(graph, inner) : inner;
    x = graph.add(x, conv1d(active, `${block}.mlp.c_proj`, innerWidth, width));
  }
  return {
    hidden: norm(x, `${prefix}ln_f`),
    head: { weight: layers.weight(headWeight, [sizes.vocabSize, width]), width },
  };
}

function storedTiedHead(): Finding {
  return {
    code: 'M213',
    severity: 'note',
    message:
      'lm_head.weight is stored, but config.json ties the head to the embedding, so the embedding is used. Set tie_word_embeddings to false if the stored head is meant.',
    pointer: '/tie_word_embeddings',
  };
}
