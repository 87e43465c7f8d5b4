import type { GraphBuilder, Value } from '../graph-builder.ts';

/**
 * `x` in a shape that is not known before the graph runs. Where ONNX Runtime knows shapes, it plans to use a buffer again
 * for the next value of that shape, in the next layer, and keeps it until then: the matrices of a whole layer, at every
 * step of their unpacking. What is shaped late is freed at once.
 */
export function reshapeLate(graph: GraphBuilder, x: Value, shape: readonly number[]): Value {
  // Shape inference looks through constants and arithmetic, but not through this.
  return graph.apply('Reshape', [x, graph.apply('Abs', [graph.integers(shape)])]);
}
