import type { OnnxNode } from '../artifacts/onnx/onnx-model.ts';

/**
 * The same graph, with every node that depends on weights alone in front of the others.
 *
 * ONNX Runtime orders a graph backwards from its outputs, and of a product's two inputs it first visits the one whose
 * node comes later. When a cast or an unpacking comes later than the activations, it runs before all of them: then all
 * matrices of the model exist as float32 at once. Measured on 171M parameters in BF16: 1450 MB instead of 130.
 */
export function weightsFirst(nodes: readonly OnnxNode[], inputs: Iterable<string>): OnnxNode[] {
  const dependent = new Set(inputs);
  const first: OnnxNode[] = [];
  const rest: OnnxNode[] = [];
  for (const node of nodes) {
    if (!node.inputs.some((name) => dependent.has(name))) first.push(node);
    else {
      for (const name of node.outputs) dependent.add(name);
      rest.push(node);
    }
  }
  return [...first, ...rest];
}
