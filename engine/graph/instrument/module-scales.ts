import { type OnnxNode, type OnnxType, onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import { parseOnnxModel } from '../../artifacts/onnx/parse-onnx-model.ts';
import { writeOnnxModel } from '../../artifacts/onnx/write-onnx-model.ts';
import type { ModelGraph } from '../model-graph.ts';
import { findModules } from './find-modules.ts';
import { ModelEditor } from './model-editor.ts';

export interface ScaledGraph {
  readonly graph: ModelGraph;
  /** Modules whose product was not found. */
  readonly unavailable: readonly string[];
}

/** The input that scales a module's weight: a float32 without dimensions, 1 where nothing is to change. */
export function scaleName(module: string): string {
  return `scale/${module}`;
}

/**
 * Adds inputs that multiply the weights of linear modules, in a graph built or imported, so that weights can be tried at
 * another scale without a second model. The activations are multiplied instead, which is the same by the rules of
 * matrices and leaves weights mapped and a bias untouched; products of integers are multiplied after their own scale.
 */
export function addModuleScales(graph: ModelGraph, modules: readonly string[]): ScaledGraph {
  const editor = new ModelEditor(parseOnnxModel(graph.model));
  const found = findModules(editor);
  const inputs = [...graph.inputs];
  const unavailable: string[] = [];
  for (const module of modules) {
    const { product, scaled } = found.get(module) ?? {};
    const node = product?.node ?? plainProduct(editor, graph.modules.get(module));
    if (!node) {
      unavailable.push(module);
      continue;
    }
    const scale = editor.addInput({ name: scaleName(module), type: 'F32', shape: [] });
    inputs.push(scale);
    if (isIntegerProduct(node) && scaled !== undefined) multiplyOutput(editor, scaled, scale);
    else multiplyInput(editor, node, scale, product?.matrix?.tensor.type);
  }
  return { graph: { ...graph, model: writeOnnxModel(editor.finish()), inputs }, unavailable };
}

/** The product behind a module's output when its weight is computed in the graph, as packed weights are. */
function plainProduct(editor: ModelEditor, output: string | undefined): OnnxNode | undefined {
  const node = output === undefined ? undefined : editor.producerOf(output);
  return node?.domain === undefined && (node?.op === 'Gemm' || node?.op === 'MatMul') ? node : undefined;
}

function isIntegerProduct({ op }: OnnxNode): boolean {
  return op === 'MatMulInteger' || op === 'QLinearMatMul';
}

function multiplyInput(
  editor: ModelEditor,
  node: OnnxNode,
  scale: string,
  weightType: OnnxType | undefined,
): void {
  // The node may have been changed since it was found; what it gives has not.
  const current = editor.producerOf(node.outputs[0] ?? '') ?? node;
  const [first = '', ...others] = current.inputs;
  const multiplied = multiply(editor, first, scale, weightType);
  editor.changeNodes((other) => (other === current ? { ...other, inputs: [multiplied, ...others] } : other));
}

function multiplyOutput(editor: ModelEditor, value: string, scale: string): void {
  const multiplied = multiply(editor, value, scale);
  const reads = (node: OnnxNode): boolean => node.inputs.includes(value) && node.outputs[0] !== multiplied;
  editor.changeNodes((node) =>
    reads(node) ? { ...node, inputs: node.inputs.map((name) => (name === value ? multiplied : name)) } : node,
  );
}

/** In the element type of the value, which a graph in float16 needs. */
function multiply(editor: ModelEditor, value: string, scale: string, weightType: OnnxType = 'F32'): string {
  if (editor.opset >= 15) return editor.addNode('Mul', [value, editor.addNode('CastLike', [scale, value])]);
  // Older versions cannot ask for the type of a value; activations have that of the weight.
  const isHalf = weightType === 'F16';
  return editor.addNode('Mul', [value, isHalf ? editor.cast(scale, 'F16', onnxTypes.F16) : scale]);
}
