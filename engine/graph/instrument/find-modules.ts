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
}

/**
 * Finds the modules of a graph by their weights (spec 03 §9.3): products, tables and norms. `prefixes` stand before
 * names that were changed on the way and are no part of a module's path. Of two modules of one name the first counts.
 */
export function findModules(editor: ModelEditor, prefixes: readonly string[] = []): Map<string, FoundModule> {
  const users = usersOf(editor);
  const modules = new Map<string, FoundModule>();
  for (const node of editor.nodes) {
    const found = moduleOf(editor, node, users);
    if (!found) continue;
    const { bias, ...parts } = found;
    const name = moduleName({ weight: parts.weight, bias, node, prefixes });
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
    const { output, bias } = withBias(editor, product, users);
    return { kind: 'linear', output, weight: product.weight, product, bias };
  }
  const [first = '', second = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const bias = undefined;
  if (node.domain === undefined && node.op === 'Gather') {
    const table = findWeight(editor, first);
    return table && { kind: 'embedding', output, weight: table.tensor.name, bias };
  }
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

const mostSteps = 6;

/**
 * What a product gives after scales and bias: the chain of elementwise nodes behind it, as long as each is the only user
 * of the one before. Integer products have their scale, and every kind may have its bias, in a node of its own.
 */
function withBias(
  editor: ModelEditor,
  product: WeightProduct,
  users: ReadonlyMap<string, readonly OnnxNode[]>,
): { readonly output: string; readonly bias: string | undefined } {
  const inGemm = product.node.op === 'Gemm' ? product.node.inputs[2] : undefined;
  let output = product.output;
  if (inGemm !== undefined) return { output, bias: inGemm };
  const isInteger = product.node.op === 'MatMulInteger';
  for (let step = 0; step < mostSteps; step += 1) {
    const [user, ...others] = users.get(output) ?? [];
    if (!user || others.length > 0 || user.domain !== undefined) break;
    const next = user.outputs[0] ?? '';
    const other = user.inputs.find((name) => name !== output) ?? '';
    if (user.op === 'Add') {
      const tensor = editor.initializer(other);
      return tensor?.shape.length === 1 ? { output: next, bias: other } : { output, bias: undefined };
    }
    const isScale = isInteger && (user.op === 'Cast' || user.op === 'Mul');
    if (!isScale && user.op !== 'DequantizeLinear') break;
    output = next;
  }
  return { output, bias: undefined };
}

function usersOf(editor: ModelEditor): ReadonlyMap<string, readonly OnnxNode[]> {
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
