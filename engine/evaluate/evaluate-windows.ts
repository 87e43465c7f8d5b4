import type { RuntimeSession } from '../runtime/runtime-port.ts';
import { type HiddenRowsSink, hiddenRowBytes } from './hidden-rows.ts';
import { rowFeeds, rowValues } from './run-rows.ts';
import { type ScoredGraph, type ScoredRows, scoredRows, type WindowInput } from './scored-rows.ts';

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
  let ahead: Promise<WindowRun> | undefined;
  let taking: Promise<void> = Promise.resolve();
  let lastRunMs = Number.POSITIVE_INFINITY;
  for (const [index, window] of windows.entries()) {
    const running = ahead ?? startWindow(session, graph, window, hidden);
    const next = windows[index + 1];
    // The child finds its next window when it is done with one: otherwise it waits for our answer every time. The first
    // runs alone, because it is profiled, and so do long ones, for which nothing is gained.
    ahead = next && lastRunMs < quickRunMs ? startWindow(session, graph, next, hidden) : undefined;
    const run = await running;
    // Hidden states are taken in order, and while the next window runs.
    await taking;
    const loss = lossOf(run);
    taking = takeHidden(run, loss, hidden);
    taking.catch(() => {});
    if (loss.targetCount > 0) lastRunMs = loss.runMs;
    if (lastRunMs >= quickRunMs) await taking;
    losses.push(loss);
    onWindow(loss, index);
  }
  await taking;
  return losses;
}

const quickRunMs = 1000;

/** A window with what the session gave for it; nothing where there was nothing to score. */
interface WindowRun {
  readonly id: number;
  readonly rows: ScoredRows;
  readonly result?: Awaited<ReturnType<RuntimeSession['run']>>;
  readonly isHidden: boolean;
  readonly minimumRows: number | undefined;
}

function startWindow(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  window: WindowInput,
  hidden: HiddenRowsSink | undefined,
): Promise<WindowRun> {
  const started = runWindow(session, graph, window, hidden);
  // Who waits for it sees the failure; when an earlier window fails, nobody does.
  started.catch(() => {});
  return started;
}

async function runWindow(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  window: WindowInput,
  hidden: HiddenRowsSink | undefined,
): Promise<WindowRun> {
  const { id } = window;
  const { minimumRows } = graph;
  const rows = scoredRows(graph, window);
  if (rows.targets.length === 0) return { id, rows, isHidden: false, minimumRows };
  const isHidden = hidden?.wants(id) === true;
  const wanted = isHidden ? ['token_nll', 'hidden_rows'] : ['token_nll'];
  const result = await session.run(rowFeeds(rows, minimumRows), wanted);
  return { id, rows, result, isHidden, minimumRows };
}

function lossOf({ id, rows, result, minimumRows }: WindowRun): WindowLoss {
  const targetCount = rows.targets.length;
  if (!result) return { id, loss: null, tokenLosses: new Float32Array(), targetCount, runMs: 0, rssBytes: 0 };
  const { outputs, runMs, rssBytes } = result;
  const tokenLosses = rowValues('token_nll', outputs.token_nll, rows, minimumRows);
  // Float64, in order: the sum of float32 losses is then exact to more digits than the losses themselves.
  let sum = 0;
  for (const value of tokenLosses) sum += value;
  const mean = sum / targetCount;
  const loss = Number.isFinite(mean) ? mean : null;
  return { id, loss, tokenLosses, targetCount, runMs, rssBytes };
}

async function takeHidden(
  { id, rows, result, isHidden }: WindowRun,
  { tokenLosses }: WindowLoss,
  hidden: HiddenRowsSink | undefined,
): Promise<void> {
  if (!result || !isHidden) return;
  const hiddenRows = hiddenRowBytes(result.outputs.hidden_rows, rows.targets.length);
  await hidden?.take({ id, targets: rows.targets, tokenLosses, rows: hiddenRows });
}
