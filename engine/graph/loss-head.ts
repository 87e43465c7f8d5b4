import type { OutputHead } from './architectures/architecture.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';
import { stableLinear } from './stable-linear.ts';

export interface LossHeadInput {
  /** Hidden states of shape [n, width]. */
  readonly hidden: Value;
  readonly head: OutputHead;
  readonly vocabSize: number;
  /** Rows of the hidden states that are scored, of shape [m]. */
  readonly positions: Value;
  /** Target ids of shape [m]: target i is predicted from row `positions[i]`. */
  readonly targets: Value;
}

/** How many rows of [rows, vocabulary] exist at a time. */
export interface HeadChunks {
  /** The largest m that is expected; what goes beyond is computed in the last chunk. */
  readonly maximumRows: number;
  readonly rowsPerChunk: number;
}

/**
 * Negative log-likelihood of every target, of shape [m], and the logits they come from. Rows are gathered before the
 * vocabulary product and taken in chunks, one after the other: what a chunk needs is freed before the next begins, so
 * that [m, vocabulary] never exists unless the logits are asked for. Chunks beyond m are empty.
 */
export function lossHead(
  graph: GraphBuilder,
  input: LossHeadInput,
  chunks: HeadChunks,
): { readonly losses: Value; readonly logits: () => Value } {
  const count = Math.max(1, Math.ceil(chunks.maximumRows / chunks.rowsPerChunk));
  const logits: Value[] = [];
  const losses: Value[] = [];
  for (let i = 0; i < count; i++) {
    const start = i * chunks.rowsPerChunk;
    const end = i === count - 1 ? Number.MAX_SAFE_INTEGER : start + chunks.rowsPerChunk;
    const part = (x: Value): Value => (count === 1 ? x : graph.slice(x, 0, start, end));
    const scores = headLogits(graph, graph.gather(input.hidden, part(input.positions)), input);
    logits.push(scores);
    losses.push(tokenLosses(graph, scores, part(input.targets)));
  }
  return { losses: graph.concat(losses, 0), logits: () => graph.concat(logits, 0) };
}

function headLogits(graph: GraphBuilder, rows: Value, { head, vocabSize }: LossHeadInput): Value {
  const { softCap, scale = 1 } = head;
  const shape = { from: head.width ?? Number.POSITIVE_INFINITY, to: vocabSize };
  const product = stableLinear(graph, rows, head.weight, head.bias, shape);
  const logits = scale === 1 ? product : graph.multiply(product, graph.float(scale));
  return softCap === undefined ? logits : graph.softCap(logits, softCap);
}

/**
 * log Σ exp(z − max z) − (z_target − max z). The operators exist on every provider and are as exact as LogSoftmax;
 * the differences are taken before the logarithm, so that large logits cost no digits.
 */
function tokenLosses(graph: GraphBuilder, logits: Value, targets: Value): Value {
  const lastAxis = { axes: { kind: 'ints', value: [-1] }, keepdims: { kind: 'int', value: 1 } } as const;
  const shifted = graph.subtract(logits, graph.apply('ReduceMax', [logits], lastAxis));
  const sum = graph.apply('ReduceSum', [graph.apply('Exp', [shifted]), graph.integers([-1])], {
    keepdims: lastAxis.keepdims,
  });
  const picked = graph.apply('GatherElements', [shifted, graph.reshape(targets, [-1, 1])], {
    axis: { kind: 'int', value: 1 },
  });
  return graph.reshape(graph.subtract(graph.apply('Log', [sum]), picked), [-1]);
}
