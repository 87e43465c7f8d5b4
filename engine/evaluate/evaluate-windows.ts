import type { RuntimeSession } from '../runtime/runtime-port.ts';
import { type HiddenRowsSink, hiddenRowBytes } from './hidden-rows.ts';
import { rowFeeds, rowValues } from './run-rows.ts';
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
  hidden?: HiddenRowsSink,
): Promise<WindowLoss[]> {
  const losses: WindowLoss[] = [];
  for (const [index, window] of windows.entries()) {
    const loss = await evaluateWindow(session, graph, window, hidden);
    losses.push(loss);
    onWindow(loss, index);
  }
  return losses;
}

async function evaluateWindow(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  window: WindowInput,
  hidden: HiddenRowsSink | undefined,
): Promise<WindowLoss> {
  const { id } = window;
  const rows = scoredRows(graph, window);
  const targetCount = rows.targets.length;
  if (targetCount === 0)
    return { id, loss: null, tokenLosses: new Float32Array(), targetCount, runMs: 0, rssBytes: 0 };
  const sink = hidden?.wants(id) ? hidden : undefined;
  const wanted = sink ? ['token_nll', 'hidden_rows'] : ['token_nll'];
  const { outputs, runMs, rssBytes } = await session.run(rowFeeds(rows, graph.minimumRows), wanted);
  const tokenLosses = rowValues('token_nll', outputs.token_nll, rows, graph.minimumRows);
  await sink?.take({
    id,
    targets: rows.targets,
    tokenLosses,
    rows: hiddenRowBytes(outputs.hidden_rows, targetCount),
  });
  // Float64, in order: the sum of float32 losses is then exact to more digits than the losses themselves.
  let sum = 0;
  for (const value of tokenLosses) sum += value;
  const mean = sum / targetCount;
  const loss = Number.isFinite(mean) ? mean : null;
  return { id, loss, tokenLosses, targetCount, runMs, rssBytes };
}
