import type { OutputHead } from './architectures/architecture.ts';
import { chunkedLosses, type HeadChunks, type HeadOutputs } from './chunked-losses.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';
import { stableLinear } from './stable-linear.ts';

export interface LossHeadInput {
  /** Hidden states of shape [n, width]. */
  readonly hidden: Value;
  readonly head: OutputHead;
  readonly vocabSize: number;
  readonly contextLength: number;
  /** Rows of the hidden states that are scored, of shape [m]. */
  readonly positions: Value;
  /** Target ids of shape [m]: target i is predicted from row `positions[i]`. */
  readonly targets: Value;
}

/**
 * Negative log-likelihood of every target, of shape [m], the logits they come from, and what else was asked for. Rows are gathered before the
 * vocabulary product.
 */
export function lossHead(
  graph: GraphBuilder,
  input: LossHeadInput,
  chunks: HeadChunks & HeadOutputs,
): ReturnType<typeof chunkedLosses<Value>> {
  const { positions, targets } = input;
  const rowsOf = (some: Value): Value => graph.gather(input.hidden, some);
  const scoresOf = (rows: Value): Value => headLogits(graph, rows, input);
  return chunkedLosses(graph, { positions, targets, rowsOf, scoresOf }, input.contextLength, chunks);
}

function headLogits(graph: GraphBuilder, rows: Value, { head, vocabSize }: LossHeadInput): Value {
  const { softCap, scale = 1 } = head;
  const shape = { from: head.width ?? Number.POSITIVE_INFINITY, to: vocabSize };
  const product = stableLinear(graph, rows, head.weight, head.bias, shape);
  const logits = scale === 1 ? product : graph.multiply(product, graph.float(scale));
  return softCap === undefined ? logits : graph.softCap(logits, softCap);
}
