import type { GraphBuilder, Value } from '../graph-builder.ts';

export interface CausalAttentionInput {
  /** Each of shape [n, width]. */
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly heads: number;
  readonly width: number;
  /** n, of shape [1]. */
  readonly length: Value;
  readonly scale: number;
}

/** Multi-head attention where a position sees itself and what came before; from and to shape [n, width]. */
export function causalAttention(graph: GraphBuilder, input: CausalAttentionInput): Value {
  const { heads, width } = input;
  const perHead = (x: Value): Value => graph.reshape(x, [-1, heads, width / heads]);
  const query = graph.transpose(perHead(input.query), [1, 0, 2]);
  const key = graph.transpose(perHead(input.key), [1, 2, 0]);
  const value = graph.transpose(perHead(input.value), [1, 0, 2]);

  const scores = graph.multiply(graph.matrixProduct(query, key), graph.float(input.scale));
  // Replaced, not added: a masked score that is not finite must not reach the softmax.
  const masked = graph.apply('Where', [
    isFuture(graph, input.length),
    graph.float(-3.4028234663852886e38),
    scores,
  ]);
  const mixed = graph.matrixProduct(graph.softmax(masked), value);
  return graph.reshape(graph.transpose(mixed, [1, 0, 2]), [-1, width]);
}

/** A boolean [n, n] that is true above the diagonal. */
function isFuture(graph: GraphBuilder, length: Value): Value {
  const count = graph.apply('Squeeze', [length]);
  const positions = graph.apply('Range', [graph.integers([0], []), count, graph.integers([1], [])]);
  return graph.apply('Greater', [graph.reshape(positions, [1, -1]), graph.reshape(positions, [-1, 1])]);
}
