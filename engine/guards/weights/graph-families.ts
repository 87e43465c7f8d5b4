import type { OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { type FoundModule, usersOf } from '../../graph/instrument/find-modules.ts';
import type { ModelEditor } from '../../graph/instrument/model-editor.ts';

/** Operators that move or scale activations and say nothing of what they are for. */
const passing = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Cast', 'Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity'],
  ...['Split', 'Slice', 'Concat', 'Expand', 'Tile', 'Where', 'Gather', 'DequantizeLinear', 'QuantizeLinear'],
]);
const activations = new Set([
  ...[
    'Relu',
    'Gelu',
    'FastGelu',
    'BiasGelu',
    'QuickGelu',
    'Erf',
    'Tanh',
    'Sigmoid',
    'Elu',
    'Swish',
    'HardSwish',
  ],
]);
const attentions = new Set([
  'Softmax',
  'Attention',
  'MultiHeadAttention',
  'GroupQueryAttention',
  'RotaryEmbedding',
]);

/** How far a value is followed: from a projection over heads and positions to the scores takes about twenty steps. */
const mostSteps = 24;
/** And from where two activations meet back to what one of them is. */
const fewSteps = 4;

/**
 * What linear modules of a graph are for, where their names do not tell: a product whose result meets a softmax, or is made
 * from what did, belongs to attention; one before or after an activation to the feed-forward part (spec 03 §9.3).
 */
export function familiesOfGraph(
  editor: ModelEditor,
  modules: readonly FoundModule[],
): ReadonlyMap<string, 'attn' | 'ffn'> {
  const users = usersOf(editor);
  const products = new Map(modules.flatMap(({ product, name }) => (product ? [[product.node, name]] : [])));
  const families = new Map<string, 'attn' | 'ffn'>();
  for (const { name, product, output } of modules) {
    if (!product) continue;
    const backward: Direction = {
      nodesAt: (value) => editor.producerOf(value) ?? [],
      next: (node) => node.inputs,
      products,
    };
    const forward: Direction = {
      nodesAt: (value) => users.get(value) ?? [],
      next: (node) => node.outputs,
      products,
      // Values meet shares, and the one half of a gated layer the other, in a product of two activations.
      beside: (node) =>
        node.op === 'Mul' || node.op === 'MatMul' ? follow(node.inputs, backward, fewSteps) : undefined,
    };
    const after = follow([output], forward, mostSteps);
    const before = follow([product.input], backward, mostSteps);
    const found = after ?? before;
    if (found) families.set(name, found);
  }
  return families;
}

interface Direction {
  readonly nodesAt: (value: string) => OnnxNode | readonly OnnxNode[];
  readonly next: (node: OnnxNode) => readonly string[];
  /** Other products with weights end the way. */
  readonly products: ReadonlyMap<OnnxNode, string>;
  /** What a node's other inputs tell. */
  readonly beside?: (node: OnnxNode) => 'attn' | 'ffn' | undefined;
}

/** The first operator on the way that tells. */
function follow(start: readonly string[], direction: Direction, most: number): 'attn' | 'ffn' | undefined {
  const { nodesAt, next, products, beside } = direction;
  let values = start;
  const seen = new Set<OnnxNode>();
  for (let step = 0; step < most && values.length > 0; step += 1) {
    const nodes = values
      .flatMap((value) => nodesAt(value))
      .filter((node) => !seen.has(node) && !products.has(node));
    for (const node of nodes) seen.add(node);
    if (nodes.some(({ op }) => attentions.has(op))) return 'attn';
    if (nodes.some(({ op }) => activations.has(op))) return 'ffn';
    for (const node of nodes) {
      const told = beside?.(node);
      if (told) return told;
    }
    // A product of two activations is one of queries and keys, or of shares and values.
    values = nodes.filter(({ op }) => passing.has(op) || op === 'MatMul').flatMap(next);
  }
  return undefined;
}
