import type { OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { productOf, type WeightProduct } from './find-products.ts';
import type { ModelEditor } from './model-editor.ts';

/** The last product of a model, and what is done to the scores afterwards, each row for itself. */
export interface VocabularyHead {
  readonly product: WeightProduct;
  /** From the product to the scores. Changes of the shape are left out: rows are rows. */
  readonly after: readonly OnnxNode[];
  /** What the nodes that were left out gave, by the name of what they got. */
  readonly aliases: ReadonlyMap<string, string>;
}

const mostSteps = 16;

/**
 * Finds the product with the vocabulary behind `logits`, provided that every row of scores depends on one row of the
 * product's activations only. Then few rows can be computed alone, with the same result.
 */
export function findHead(editor: ModelEditor, logits: string): VocabularyHead | undefined {
  const after: OnnxNode[] = [];
  const aliases = new Map<string, string>();
  let current = logits;
  for (let step = 0; step < mostSteps; step += 1) {
    const node = editor.producerOf(current);
    if (!node) return undefined;
    const product = productOf(editor, node);
    if (product) return isRowWise(editor, product) ? { product, after: after.reverse(), aliases } : undefined;
    const [first = ''] = node.inputs;
    if (isReshape(node)) {
      aliases.set(current, first);
      current = first;
      continue;
    }
    const flow = rowWiseInput(editor, node);
    if (flow === undefined) return undefined;
    after.push(node);
    current = flow;
  }
  return undefined;
}

/** The range of a dynamic quantization is that of all rows together, so its scale must come from outside the product. */
function isRowWise(editor: ModelEditor, { node, isInputTransposed }: WeightProduct): boolean {
  if (isInputTransposed) return false;
  if (node.op === 'DynamicQuantizeMatMul') return false;
  if (node.op === 'Gemm') return node.inputs[2] === undefined || isRowless(editor, node.inputs[2]);
  const weightAt = node.op === 'QLinearMatMul' ? 3 : 1;
  return node.inputs.every(
    (name, i) => i === 0 || i === weightAt || isBlocks(node) || isRowless(editor, name),
  );
}

/** Scales and zero points of blocks belong to the weight. */
function isBlocks(node: OnnxNode): boolean {
  return node.op === 'MatMulNBits' || node.op === 'MatMulBnb4';
}

function isReshape(node: OnnxNode): boolean {
  return node.domain === undefined && ['Reshape', 'Squeeze', 'Unsqueeze', 'Identity'].includes(node.op);
}

const unary: readonly string[] = ['Cast', 'Tanh', 'Neg', 'Clip'];
const binary: readonly string[] = ['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max'];
const scaled: readonly string[] = ['QuantizeLinear', 'DequantizeLinear'];

/** The one input of an elementwise node that has a row for every position. */
function rowWiseInput(editor: ModelEditor, node: OnnxNode): string | undefined {
  if (node.domain !== undefined) return undefined;
  const [first = '', ...others] = node.inputs;
  if (unary.includes(node.op) || scaled.includes(node.op)) {
    const isScalar = (name: string): boolean => isRowless(editor, name) && !isVector(editor, name);
    const areOthersFit = others.every(node.op === 'Clip' ? (name) => isRowless(editor, name) : isScalar);
    return areOthersFit ? first : undefined;
  }
  if (!binary.includes(node.op) || node.inputs.length !== 2) return undefined;
  const flows = node.inputs.filter((name) => !isRowless(editor, name));
  return flows.length === 1 ? flows[0] : undefined;
}

function isVector(editor: ModelEditor, name: string): boolean {
  return (editor.initializer(name)?.shape.at(-1) ?? 1) > 1;
}

const mostDepth = 8;

/** Whether a value is the same for every row: a stored number or vector, a scale of all rows, or made of such. */
function isRowless(editor: ModelEditor, name: string, depth = 0): boolean {
  if (name === '') return true;
  const tensor = editor.initializer(name);
  if (tensor) return tensor.shape.slice(0, -1).every((size) => size === 1);
  const node = editor.producerOf(name);
  if (!node || node.domain !== undefined || depth > mostDepth) return false;
  if (node.op === 'DynamicQuantizeLinear') return node.outputs[0] !== name;
  if (node.op === 'Constant') return true;
  const isElementwise = ['Cast', 'Identity', ...binary].includes(node.op);
  return isElementwise && node.inputs.every((input) => isRowless(editor, input, depth + 1));
}
