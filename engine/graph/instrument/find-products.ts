import type { OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { type FoundWeight, findWeight } from './find-weight.ts';
import type { ModelEditor } from './model-editor.ts';

/** A product of activations with a stored matrix. */
export interface WeightProduct {
  readonly node: OnnxNode;
  /** The activations, of width `from`. */
  readonly input: string;
  readonly output: string;
  /** Width of the activations that go in and come out. */
  readonly from: number;
  readonly to: number;
  /** Name of the stored matrix. */
  readonly weight: string;
  /** Whether the activations come with their rows as columns. */
  readonly isInputTransposed: boolean;
  /** Absent for matrices that are stored in blocks, whose shape is no matrix. */
  readonly matrix?: FoundWeight;
}

/** The product that a node is, when it is one of activations with a weight. */
export function productOf(editor: ModelEditor, node: OnnxNode): WeightProduct | undefined {
  const [input = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const weight = weightInput(node);
  if (weight === undefined) return undefined;
  if (isBlockProduct(node)) {
    const from = intAttribute(node, 'K');
    const to = intAttribute(node, 'N');
    if (from === undefined || to === undefined || !editor.initializer(weight)) return undefined;
    return { node, input, output, from, to, weight, isInputTransposed: false };
  }
  const matrix = findWeight(editor, weight);
  if (!matrix) return undefined;
  const isSwapped = intAttribute(node, 'transB') === 1;
  const isInputTransposed = intAttribute(node, 'transA') === 1;
  const { rows, columns } = matrix;
  const [from, to] = isSwapped ? [columns, rows] : [rows, columns];
  return { node, input, output, from, to, weight: matrix.tensor.name, isInputTransposed, matrix };
}

export function allProducts(editor: ModelEditor): WeightProduct[] {
  return editor.nodes.flatMap((node) => productOf(editor, node) ?? []);
}

/** 4-bit and 8-bit weights in blocks, each with a scale. */
function isBlockProduct(node: OnnxNode): boolean {
  return node.domain === 'com.microsoft' && (node.op === 'MatMulNBits' || node.op === 'MatMulBnb4');
}

/** Where a product has its weight; the activations come first in all of them. */
const weightPlaces: Readonly<Record<string, number>> = {
  MatMul: 1,
  Gemm: 1,
  MatMulInteger: 1,
  QLinearMatMul: 3,
  'com.microsoft:FusedMatMul': 1,
  'com.microsoft:MatMulIntegerToFloat': 1,
  'com.microsoft:DynamicQuantizeMatMul': 1,
  'com.microsoft:MatMulNBits': 1,
  'com.microsoft:MatMulBnb4': 1,
};

function weightInput(node: OnnxNode): string | undefined {
  const place = weightPlaces[node.domain === undefined ? node.op : `${node.domain}:${node.op}`];
  return place === undefined ? undefined : node.inputs[place];
}

function intAttribute(node: OnnxNode, name: string): number | undefined {
  const attribute = Object.hasOwn(node.attributes, name) ? node.attributes[name] : undefined;
  return attribute?.kind === 'int' ? Number(attribute.value) : undefined;
}
