import type { InputRounding } from '../../artifacts/quantization/packed-matrix.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';

/**
 * What LLM.int8 makes of the input [n, inputs] of a product (arXiv 2208.07339, section 3): a column with an element of
 * `threshold` or more stays as it is; of the others, each row is rounded to 127 steps up to its largest magnitude below
 * the threshold. A threshold of 0 means that no column is spared.
 */
export function roundInput(graph: GraphBuilder, x: Value, { threshold }: InputRounding): Value {
  if (threshold === 0) return rounded(graph, x);
  const isLarge = graph.apply('Not', [
    graph.apply('Less', [graph.apply('Abs', [x]), graph.float(threshold)]),
  ]);
  const small = graph.apply('Where', [isLarge, graph.float(0), x]);
  return graph.apply('Where', [anyRow(graph, isLarge), x, rounded(graph, small)]);
}

function rounded(graph: GraphBuilder, x: Value): Value {
  const largest = graph.apply('ReduceMax', [graph.apply('Abs', [x])], {
    axes: { kind: 'ints', value: [-1] },
    keepdims: { kind: 'int', value: 1 },
  });
  // A row of zeros stays one.
  const step = graph.apply('Div', [graph.apply('Max', [largest, graph.float(1e-30)]), graph.float(127)]);
  return graph.multiply(graph.apply('Round', [graph.apply('Div', [x, step])]), step);
}

/** Columns with a true in any row, as a boolean [1, inputs]. */
function anyRow(graph: GraphBuilder, flags: Value): Value {
  const numbers = graph.toFloat32(flags);
  const sums = graph.apply('ReduceMax', [numbers], {
    axes: { kind: 'ints', value: [0] },
    keepdims: { kind: 'int', value: 1 },
  });
  return graph.apply('Greater', [sums, graph.float(0.5)]);
}
