import type { OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { productOf, type WeightProduct } from './find-products.ts';
import { findWeight } from './find-weight.ts';
import type { ModelEditor } from './model-editor.ts';
import { moduleName } from './module-name.ts';

/** A part of a model with weights of its own, found in a graph whoever made it. */
export interface FoundModule {
  readonly kind: 'linear' | 'embedding' | 'layernorm' | 'rmsnorm';
  /** Path of the module, such as `transformer.h.0.attn.c_proj`. */
  readonly name: string;
  /** What it gives, a bias added. */
  readonly output: string;
  /** Name of its stored weight. */
  readonly weight: string;
  readonly product?: WeightProduct;
  /** What the product gives in floating point, before a bias that is added by a node of its own. */
  readonly scaled?: string;
}

/**
 * Finds the modules of a graph by their weights (spec 03 §9.3): products, tables and norms. Of two modules of one name
 * the first counts.
 */
export function findModules(editor: ModelEditor): Map<string, FoundModule> {
  const users = usersOf(editor);
  const modules = new Map<string, FoundModule>();
  for (const node of editor.nodes) {
    const found = moduleOf(editor, node, users);
    if (!found) continue;
    const { bias, ...parts } = found;
    const name = moduleName({ weight: parts.weight, bias, node });
    if (name !== undefined && !modules.has(name)) modules.set(name, { ...parts, name });
  }
  return modules;
}

type Unnamed = Omit<FoundModule, 'name'> & { readonly bias: string | undefined };

function moduleOf(
  editor: ModelEditor,
  node: OnnxNode,
  users: ReadonlyMap<string, readonly OnnxNode[]>,
): Unnamed | undefined {
  const product = productOf(editor, node);
  if (product) {
    const { scaled, output, bias } = withBias(editor, product, users);
    return { kind: 'linear', output, weight: product.weight, product, scaled, bias };
  }
  const [first = '', second = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const bias = undefined;
  if (node.domain === undefined && node.op === 'Gather') {
    const table = findWeight(editor, first);
    return table && { kind: 'embedding', output, weight: table.tensor.name, bias };
  }
  const written = writtenNorm(editor, node);
  if (written !== undefined) return { kind: 'layernorm', output, weight: written, bias };
  const isSkip = node.op.startsWith('Skip');
  const kind = normKinds[node.op];
  const weight = isSkip ? (node.inputs[2] ?? '') : second;
  return kind && editor.initializer(weight) ? { kind, output, weight, bias } : undefined;
}

const normKinds: Readonly<Record<string, 'layernorm' | 'rmsnorm'>> = {
  LayerNormalization: 'layernorm',
  SkipLayerNormalization: 'layernorm',
  RMSNormalization: 'rmsnorm',
  SimplifiedLayerNormalization: 'rmsnorm',
  SkipSimplifiedLayerNormalization: 'rmsnorm',
};

/** The weight of a LayerNorm that is written out, as older versions must: (x − μ) / σ · weight + bias, in that order. */
function writtenNorm(editor: ModelEditor, node: OnnxNode): string | undefined {
  const vectorOf = ({ inputs }: OnnxNode): string | undefined =>
    inputs.find((name) => editor.initializer(name)?.shape.length === 1);
  const otherProducer = (user: OnnxNode, vector: string): OnnxNode | undefined =>
    editor.producerOf(user.inputs.find((name) => name !== vector) ?? '');
  const bias = node.domain === undefined && node.op === 'Add' ? vectorOf(node) : undefined;
  const scaled = bias === undefined ? undefined : otherProducer(node, bias);
  const weight = scaled?.op === 'Mul' ? vectorOf(scaled) : undefined;
  if (!scaled || weight === undefined) return undefined;
  const divided = otherProducer(scaled, weight);
  const spread = divided?.op === 'Div' ? editor.producerOf(divided.inputs[1] ?? '') : undefined;
  return spread?.op === 'Sqrt' ? weight : undefined;
}

const mostSteps = 6;

/**
 * What a product gives after scales and bias: the chain of elementwise nodes behind it, as long as each is the only user
 * of the one before. Integer products have their scale, and every kind may have its bias, in a node of its own.
 */
function withBias(
  editor: ModelEditor,
  product: WeightProduct,
  users: ReadonlyMap<string, readonly OnnxNode[]>,
): { readonly scaled: string; readonly output: string; readonly bias: string | undefined } {
  const inGemm = product.node.op === 'Gemm' ? product.node.inputs[2] : undefined;
  let output = product.output;
  if (inGemm !== undefined) return { scaled: output, output, bias: inGemm };
  const isInteger = product.node.op === 'MatMulInteger';
  for (let step = 0; step < mostSteps; step += 1) {
    const [user, ...others] = users.get(output) ?? [];
    if (!user || others.length > 0 || user.domain !== undefined) break;
    const next = user.outputs[0] ?? '';
    const other = user.inputs.find((name) => name !== output) ?? '';
    if (user.op === 'Add') {
      const tensor = editor.initializer(other);
      const isBias = tensor?.shape.length === 1;
      return { scaled: output, output: isBias ? next : output, bias: isBias ? other : undefined };
    }
    const isScale = isInteger && (user.op === 'Cast' || user.op === 'Mul');
    if (!isScale && user.op !== 'DequantizeLinear') break;
    output = next;
  }
  return { scaled: output, output, bias: undefined };
}

/** The nodes that read each value. */
export function usersOf(editor: ModelEditor): ReadonlyMap<string, readonly OnnxNode[]> {
  const users = new Map<string, OnnxNode[]>();
  for (const node of editor.nodes) {
    for (const name of new Set(node.inputs)) {
      const known = users.get(name);
      if (known) known.push(node);
      else users.set(name, [node]);
    }
  }
  return users;
}
