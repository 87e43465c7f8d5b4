import type { GraphBuilder, Value } from './graph-builder.ts';
import { limitAttentionThreads } from './stable-linear.ts';

export interface FullAttentionInput {
  /** Of shape [n, heads · headSize]. */
  readonly query: Value;
  /** Each of shape [m, heads · headSize]; m is n unless queries and keys come from different sequences. */
  readonly key: Value;
  readonly value: Value;
  readonly heads: number;
  readonly headSize: number;
  readonly scale: number;
  /** Whether queries and keys come from the same sequence, so that m is n. */
  readonly isOneSequence: boolean;
  /** What happens to the scores [heads, n, m] before the softmax, such as a position bias. */
  readonly adjust?: (scores: Value) => Value;
}

/** Multi-head attention where every query sees every key; gives [n, heads · headSize]. */
export function fullAttention(graph: GraphBuilder, input: FullAttentionInput): Value {
  const { heads, headSize, scale, adjust } = input;
  limitAttentionThreads(graph, heads, headSize, input.isOneSequence);
  const perHead = (x: Value): Value => graph.reshape(x, [-1, heads, headSize]);
  const query = graph.transpose(perHead(input.query), [1, 0, 2]);
  const key = graph.transpose(perHead(input.key), [1, 2, 0]);
  const value = graph.transpose(perHead(input.value), [1, 0, 2]);

  const product = graph.matrixProduct(query, key);
  const scores = scale === 1 ? product : graph.multiply(product, graph.float(scale));
  const mixed = graph.matrixProduct(graph.softmax(adjust ? adjust(scores) : scores), value);
  return graph.reshape(graph.transpose(mixed, [1, 0, 2]), [-1, heads * headSize]);
}

/** A boolean [n, n] that is true where a key comes after its query. */
export function isFuture(graph: GraphBuilder, length: Value): Value {
  const positions = graph.range(length);
  return graph.apply('Greater', [graph.reshape(positions, [1, -1]), graph.reshape(positions, [-1, 1])]);
}

/** Replaces the scores under `mask`; adding would let one that is not finite reach the softmax. */
export function hide(graph: GraphBuilder, scores: Value, mask: Value): Value {
  return graph.apply('Where', [mask, graph.float(-3.4028234663852886e38), scores]);
}
