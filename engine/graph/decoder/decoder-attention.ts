import { hide, isFuture } from '../full-attention.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';
import { limitAttentionThreads } from '../stable-linear.ts';

export interface DecoderAttentionInput {
  /** Of shape [n, heads, headSize]. */
  readonly query: Value;
  /** Each of shape [n, keyValueHeads, headSize]. */
  readonly key: Value;
  readonly value: Value;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly scale: number;
  readonly softCap?: number;
  /** Boolean [n, n], true where a row must not look. */
  readonly hidden: Value;
}

/**
 * Attention where neighbouring query heads share keys and values (Ainslie et al., arXiv 2305.13245); to [n, heads ·
 * headSize]. With as many heads of both kinds it is plain multi-head attention, with one it is multi-query attention.
 */
export function decoderAttention(graph: GraphBuilder, input: DecoderAttentionInput): Value {
  const { heads, keyValueHeads, headSize } = input;
  const grouped = [-1, keyValueHeads, heads / keyValueHeads, headSize];
  const scaled = graph.multiply(input.query, graph.float(input.scale));
  const query = graph.transpose(graph.reshape(scaled, grouped), [1, 2, 0, 3]);
  const single = [-1, keyValueHeads, 1, headSize];
  const key = graph.transpose(graph.reshape(input.key, single), [1, 2, 3, 0]);
  const value = graph.transpose(graph.reshape(input.value, single), [1, 2, 0, 3]);

  limitAttentionThreads(graph, heads, headSize, true);
  const product = graph.matrixProduct(query, key);
  const scores = input.softCap === undefined ? product : graph.softCap(product, input.softCap);
  const mixed = graph.matrixProduct(graph.softmax(hide(graph, scores, input.hidden)), value);
  return graph.reshape(graph.transpose(mixed, [2, 0, 1, 3]), [-1, heads * headSize]);
}

/**
 * A boolean [n, n] of what row i must not see: tokens after i and, with a window, tokens before the last `window`,
 * of which i itself is one.
 */
export function hiddenFromRow(graph: GraphBuilder, length: Value, window: number | undefined): Value {
  const future = isFuture(graph, length);
  if (window === undefined) return future;
  const positions = graph.range(length);
  const row = graph.reshape(positions, [-1, 1]);
  const column = graph.reshape(positions, [1, -1]);
  const isForgotten = graph.apply('Less', [column, graph.subtract(row, graph.integers([window - 1]))]);
  return graph.apply('Or', [future, isForgotten]);
}
