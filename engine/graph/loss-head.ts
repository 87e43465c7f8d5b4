import type { GraphBuilder, Value } from './graph-builder.ts';

export interface LossHeadInput {
  /** Hidden states of shape [n, width]. */
  readonly hidden: Value;
  /** Output embedding of shape [vocabulary, width]. */
  readonly headWeight: Value;
  /** Target ids of shape [m], m ≤ n: target i is predicted from hidden state i. */
  readonly targets: Value;
}

/**
 * Negative log-likelihood of every target, of shape [m]: log Σ exp(z − max z) − (z_target − max z). Logits never leave
 * the graph, which saves the copy; the operators exist on every provider and are as exact as LogSoftmax.
 */
export function lossHead(graph: GraphBuilder, input: LossHeadInput): Value {
  const lastAxis = { axes: { kind: 'ints', value: [-1] }, keepdims: { kind: 'int', value: 1 } } as const;
  const rows = graph.firstRows(input.hidden, graph.sizeOf(input.targets, 0));
  const logits = graph.linear(rows, input.headWeight, undefined, true);
  const shifted = graph.subtract(logits, graph.apply('ReduceMax', [logits], lastAxis));
  const sum = graph.apply('ReduceSum', [graph.apply('Exp', [shifted]), graph.integers([-1])], {
    keepdims: lastAxis.keepdims,
  });
  const picked = graph.apply('GatherElements', [shifted, graph.reshape(input.targets, [-1, 1])], {
    axis: { kind: 'int', value: 1 },
  });
  return graph.reshape(graph.subtract(graph.apply('Log', [sum]), picked), [-1]);
}
