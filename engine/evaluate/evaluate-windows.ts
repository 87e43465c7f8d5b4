import { InvarLockError } from '../core/errors.ts';
import type { WireTensor } from '../protocol/child-messages.ts';
import type { RuntimeSession } from '../runtime/runtime-port.ts';
import { type ScoredGraph, scoredRows, type WindowInput } from './scored-rows.ts';

/** What the model makes of one window. */
export interface WindowLoss {
  readonly id: number;
  /** Mean over the targets, in nats; null when it is not finite or there is no target (spec 02 EQ-11). */
  readonly loss: number | null;
  /** Negative log-likelihood of every target, as the model computed it. */
  readonly tokenLosses: Float32Array;
  readonly targetCount: number;
  readonly runMs: number;
  /** Resident memory of the engine process after the run. */
  readonly rssBytes: number;
}

/** What the evaluation must know of a graph. */
export interface EvaluatedGraph extends ScoredGraph {
  /**
   * Rows to feed at least, for providers that refuse empty tensors: with fewer, the last chunks of the output head have
   * no rows. What is added is the first row once more, and its losses are dropped.
   */
  readonly minimumRows?: number;
}

/**
 * Evaluates windows one after the other (spec 02 §4.2). What is scored depends on the graph's loss: see `scoredRows`.
 *
 * @example const losses = await evaluateWindows(session, graph, schedule.final, (loss) => progress(loss.id))
 */
export async function evaluateWindows(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  windows: readonly WindowInput[],
  onWindow: (loss: WindowLoss, index: number) => void = () => {},
): Promise<WindowLoss[]> {
  const losses: WindowLoss[] = [];
  for (const [index, window] of windows.entries()) {
    const loss = await evaluateWindow(session, graph, window);
    losses.push(loss);
    onWindow(loss, index);
  }
  return losses;
}

async function evaluateWindow(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  window: WindowInput,
): Promise<WindowLoss> {
  const { id } = window;
  const { ids, decoderIds, positions, targets } = scoredRows(graph, window);
  const targetCount = targets.length;
  if (targetCount === 0)
    return { id, loss: null, tokenLosses: new Float32Array(), targetCount, runMs: 0, rssBytes: 0 };
  const rows = Math.max(targetCount, graph.minimumRows ?? 0);
  const feeds = {
    input_ids: integers(ids, [1, ids.length]),
    ...(decoderIds ? { decoder_input_ids: integers(decoderIds, [1, decoderIds.length]) } : {}),
    positions: integers(filled(positions, rows), [rows]),
    targets: integers(filled(targets, rows), [rows]),
  };
  const result = await session.run(feeds, ['token_nll']);
  const tokenLosses = readLosses(result.outputs.token_nll, rows).slice(0, targetCount);
  // Float64, in order: the sum of float32 losses is then exact to more digits than the losses themselves.
  let sum = 0;
  for (const value of tokenLosses) sum += value;
  const mean = sum / targetCount;
  const loss = Number.isFinite(mean) ? mean : null;
  return { id, loss, tokenLosses, targetCount, runMs: result.runMs, rssBytes: result.rssBytes };
}

function filled(values: readonly number[], count: number): readonly number[] {
  return [...values, ...Array.from({ length: count - values.length }, () => values[0] ?? 0)];
}

function integers(values: readonly number[], dims: readonly number[]): WireTensor {
  return { type: 'int64', dims, data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

function readLosses(output: WireTensor | undefined, count: number): Float32Array {
  if (output?.type !== 'float32' || output.data.byteLength !== 4 * count) {
    throw new InvarLockError('R411', `The model gave no token_nll of ${count} float32 values.`);
  }
  return new Float32Array(new Uint8Array(output.data).buffer);
}
