import { type OnnxAttribute, onnxTypes } from '../artifacts/onnx/onnx-model.ts';

/** What adds operators to a graph: the builder of our own graphs, or the editor of anybody's. */
export interface OperatorWriter<Value> {
  /** An operator with one output, in the form that it has since opset 13. */
  apply(op: string, inputs: readonly Value[], attributes?: Readonly<Record<string, OnnxAttribute>>): Value;
  integers(values: readonly number[]): Value;
  /** Over the last axis of a matrix, which stays with size 1. */
  reduceRows(op: 'ReduceMax' | 'ReduceSum', value: Value): Value;
}

export interface ScoredRows<Value> {
  /** Rows that are scored, of shape [m]. */
  readonly positions: Value;
  /** Target ids of shape [m]: target i is predicted from row `positions[i]`. */
  readonly targets: Value;
  /** What the scores of some of the rows, whose positions are given, are computed from. */
  rowsOf(positions: Value): Value;
  /** Float32 scores [r, vocabulary] of such rows. */
  scoresOf(rows: Value): Value;
}

/** How many rows of [rows, vocabulary] exist at a time. */
export interface HeadChunks {
  /** The largest m that is expected, by default the context length but at most 4096; what goes beyond is computed in the last chunk. */
  readonly maximumRows?: number;
  readonly rowsPerChunk?: number;
}

/** What else is computed beside the losses; a graph without it has no node for it. */
export interface HeadOutputs {
  /** `is_top1`: whether a greedy decoder would write the target. */
  readonly top1?: boolean;
  /** `hidden_rows`: what the scores were computed from, where that is hidden states. */
  readonly hidden?: boolean;
}

/**
 * Negative log-likelihood of every target, of shape [m], and the scores they come from. Rows are taken in chunks, one
 * after the other: what a chunk needs is freed before the next begins, so that [m, vocabulary] never exists unless the
 * scores are asked for. Chunks beyond m are empty. Hidden rows that are given out are the very ones that are scored.
 */
export function chunkedLosses<Value>(
  graph: OperatorWriter<Value>,
  rows: ScoredRows<Value>,
  contextLength: number,
  {
    maximumRows = Math.min(contextLength, 4096),
    rowsPerChunk = 128,
    top1 = false,
    hidden = false,
  }: HeadChunks & HeadOutputs,
): {
  readonly losses: Value;
  readonly logits: () => Value;
  readonly top1: Value | undefined;
  readonly hidden: Value | undefined;
} {
  const count = Math.max(1, Math.ceil(maximumRows / rowsPerChunk));
  const scores: Value[] = [];
  const losses: Value[] = [];
  const matches: Value[] = [];
  const allRows = hidden ? rows.rowsOf(rows.positions) : undefined;
  for (let i = 0; i < count; i++) {
    const start = i * rowsPerChunk;
    const end = i === count - 1 ? Number.MAX_SAFE_INTEGER : start + rowsPerChunk;
    const part = (x: Value): Value => (count === 1 ? x : slice(graph, x, start, end));
    const chunk = rows.scoresOf(allRows === undefined ? rows.rowsOf(part(rows.positions)) : part(allRows));
    scores.push(chunk);
    const targets = part(rows.targets);
    losses.push(tokenLosses(graph, chunk, targets));
    if (top1) matches.push(isLargest(graph, chunk, targets));
  }
  return {
    losses: concat(graph, losses),
    logits: () => concat(graph, scores),
    top1: top1 ? concat(graph, matches) : undefined,
    hidden: allRows,
  };
}

/**
 * log Σ exp(z − max z) − (z_target − max z). The operators exist on every provider and are as exact as LogSoftmax;
 * the differences are taken before the logarithm, so that large scores cost no digits.
 */
function tokenLosses<Value>(graph: OperatorWriter<Value>, scores: Value, targets: Value): Value {
  const shifted = graph.apply('Sub', [scores, graph.reduceRows('ReduceMax', scores)]);
  const sum = graph.reduceRows('ReduceSum', graph.apply('Exp', [shifted]));
  const column = graph.apply('Reshape', [targets, graph.integers([-1, 1])]);
  const picked = graph.apply('GatherElements', [shifted, column], { axis: { kind: 'int', value: 1 } });
  const losses = graph.apply('Sub', [graph.apply('Log', [sum]), picked]);
  return graph.apply('Reshape', [losses, graph.integers([-1])]);
}

/**
 * 1 where the target has the largest score of its row, else 0. Of equal scores the one with the smallest id counts, as it
 * does for a greedy decoder: a model that scores all tokens alike writes only the first of its vocabulary.
 */
function isLargest<Value>(graph: OperatorWriter<Value>, scores: Value, targets: Value): Value {
  const largest = graph.apply('ArgMax', [scores], {
    axis: { kind: 'int', value: 1 },
    keepdims: { kind: 'int', value: 0 },
  });
  return graph.apply('Cast', [graph.apply('Equal', [largest, targets])], {
    to: { kind: 'int', value: onnxTypes.F32 },
  });
}

function slice<Value>(graph: OperatorWriter<Value>, x: Value, start: number, end: number): Value {
  return graph.apply('Slice', [x, graph.integers([start]), graph.integers([end]), graph.integers([0])]);
}

function concat<Value>(graph: OperatorWriter<Value>, parts: readonly Value[]): Value {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return graph.apply('Concat', parts, { axis: { kind: 'int', value: 0 } });
}
