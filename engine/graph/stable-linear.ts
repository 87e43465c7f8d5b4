import type { GraphBuilder, Value } from './graph-builder.ts';

export interface LinearShape {
  readonly from: number;
  readonly to: number;
  /** Whether the weight is stored as [in, out] (Conv1D of GPT-2) instead of [out, in]. */
  readonly isInputFirst?: boolean;
}

/** Products of at most this many terms are added up in one stretch. */
export const termsOfOneStretch = 128;

/** Products with fewer columns than this are computed in the form that any number of threads gives equal bits for. */
const narrowColumns = 320;

/**
 * x·W + b with bits that do not depend on the number of threads.
 *
 * ONNX Runtime's CPU kernel adds up a product's terms in stretches of 128. When a thread gets no more than 64 columns,
 * the stretches become longer and the rounding another; and when a product has more columns than rows, its columns are
 * divided among the threads in units of 16. So wide products limit the threads, such that everyone gets more than 64
 * columns. Narrow products would limit them to one or two: there the kernel gets the left side transposed, for which
 * it keeps stretches of 128 whatever the width. The detour over three dimensions keeps the optimizer from undoing
 * that. Products of at most 128 terms have one stretch and need neither.
 */
export function stableLinear(
  graph: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value | undefined,
  shape: LinearShape,
): Value {
  const { from, to, isInputFirst = false } = shape;
  const isNarrow = from > termsOfOneStretch && to < narrowColumns;
  if (from > termsOfOneStretch && !isNarrow) graph.limitThreads(threadsForColumns(to));
  const left = isNarrow ? transposed(graph, x) : x;
  return graph.apply('Gemm', bias ? [left, weight, bias] : [left, weight], {
    transA: { kind: 'int', value: isNarrow ? 1 : 0 },
    transB: { kind: 'int', value: isInputFirst ? 0 : 1 },
  });
}

function transposed(graph: GraphBuilder, x: Value): Value {
  const firstAxis = graph.integers([0]);
  const deep = graph.transpose(graph.apply('Unsqueeze', [x, firstAxis]), [0, 2, 1]);
  return graph.apply('Squeeze', [deep, firstAxis]);
}

/** How many threads can share `columns` so that each gets at least five units of 16: more than 64, even a last one cut short. */
export function threadsForColumns(columns: number): number {
  return Math.max(1, Math.floor(Math.ceil(columns / 16) / 5));
}

/**
 * The same limit for attention, whose probabilities [n, m] meet values [m, headSize]. Heads are spread over the threads
 * first; when there are more threads than heads, a head's columns are divided if it has more of them than n. Within one
 * sequence there are then no more than headSize terms, which is one stretch unless heads are large.
 */
export function limitAttentionThreads(
  graph: GraphBuilder,
  heads: number,
  headSize: number,
  isOneSequence: boolean,
): void {
  if (headSize > termsOfOneStretch || !isOneSequence) graph.limitThreads(heads * threadsForColumns(headSize));
}
