import { InvarLockError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { EvaluationWindow, WindowSchedule } from '../data/data-types.ts';
import { answerLength, type ExampleLoss, evaluateExamples } from '../evaluate/evaluate-examples.ts';
import { type EvaluatedGraph, evaluateWindows, type WindowLoss } from '../evaluate/evaluate-windows.ts';
import type { HiddenRowsSink } from '../evaluate/hidden-rows.ts';
import { longestSequence, type ScoredGraph } from '../evaluate/scored-rows.ts';
import { graphOfModel, type ModelSource } from '../models/model-source.ts';
import type { Placement } from '../runtime/placement.ts';
import type { Runtime, RuntimeSession } from '../runtime/runtime-port.ts';
import type { ArmName, OnProgress } from './certify-progress.ts';
import type { ExecutionPlan } from './plan-execution.ts';
import { proveOnDevice } from './prove-on-device.ts';

/** Of labelled data, what the model answered stands with the losses of the right answer. */
type ArmLoss = WindowLoss | ExampleLoss;

/** The losses of one model on a schedule, with what the evaluation cost. */
export interface ArmEvaluation {
  readonly preview: readonly ArmLoss[];
  readonly final: readonly ArmLoss[];
  /** What decides which tokens of a window are scored. */
  readonly scored: ScoredGraph;
  /** Wall time in the runtime, without loading. */
  readonly runMs: number;
  readonly loadMs: number;
  readonly wallMs: number;
  readonly peakRssBytes: number;
  /** Threads that the runtime used: as many as were asked for, unless more would change the last digits. */
  readonly threads: number;
  /** Where the nodes of the first window ran; undefined when no window had anything to score. */
  readonly placement: Placement | undefined;
}

/** Opens a model in the runtime, evaluates preview and final windows in order, and closes it again. */
export async function evaluateArm(
  ports: {
    readonly runtime: Runtime;
    readonly clock: Clock;
    readonly cancelled: AbortSignal;
    readonly execution: ExecutionPlan;
    /** The whole schedule when only a part of it is evaluated: the graph must be the same for every part. */
    readonly whole?: WindowSchedule;
    /** Takes the hidden states; the model's graph must have them. */
    readonly hidden?: HiddenRowsSink;
  },
  arm: ArmName,
  model: ModelSource,
  schedule: WindowSchedule,
  onProgress: OnProgress,
): Promise<ArmEvaluation> {
  const { runtime, clock, cancelled } = ports;
  const { rowsPerChunk, mappedBytes } = ports.execution.memory;
  const startedMs = clock.monotonicMs();
  const windows = [...schedule.preview, ...schedule.final];
  const whole = ports.whole ? [...ports.whole.preview, ...ports.whole.final] : windows;
  const maximumRows = Math.max(1, ...whole.map(mostRows));
  const top1 = whole.some(({ example }) => example?.kind === 'exact_match');
  const graph = graphOfModel(model, { maximumRows, rowsPerChunk, top1, hidden: ports.hidden !== undefined });
  const session = await runtime.open({
    ...graph,
    measurePlacement: true,
    mappedBytes,
  });
  const loadMs = clock.monotonicMs() - startedMs;
  let tokens = 0;
  let runMs = 0;
  let peakRssBytes = 0;
  try {
    const evaluated = { ...graph, mappedBytes, ...minimumRows(runtime, maximumRows, rowsPerChunk) };
    await proveOnDevice(runtime, model, session, evaluated, windows);
    const onWindow = (loss: WindowLoss, index: number) => {
      if (cancelled.aborted) throw stopped(cancelled.reason);
      tokens += loss.targetCount + 1;
      runMs += loss.runMs;
      peakRssBytes = Math.max(peakRssBytes, loss.rssBytes);
      const seconds = (clock.monotonicMs() - startedMs - loadMs) / 1000;
      onProgress({
        kind: 'windows',
        arm,
        done: index + 1,
        total: windows.length,
        tokensPerSecond: tokens / Math.max(seconds, 1e-3),
      });
    };
    const losses = await evaluateSchedule(session, evaluated, schedule, onWindow, ports.hidden);
    return {
      preview: losses.slice(0, schedule.preview.length),
      final: losses.slice(schedule.preview.length),
      scored: scoredGraph(graph),
      runMs,
      loadMs,
      wallMs: clock.monotonicMs() - startedMs,
      peakRssBytes,
      placement: session.placement(),
      threads: Math.min(runtime.facts.threads, graph.maximumThreads),
    };
  } finally {
    await session.close();
  }
}

/** Labelled examples are asked, other windows are read. */
function evaluateSchedule(
  session: RuntimeSession,
  graph: EvaluatedGraph,
  { preview, final, tasks }: WindowSchedule,
  onWindow: (loss: WindowLoss, index: number) => void,
  hidden: HiddenRowsSink | undefined,
): Promise<readonly ArmLoss[]> {
  const windows = [...preview, ...final];
  if (!tasks) return evaluateWindows(session, graph, windows, onWindow, hidden);
  const examples = windows.flatMap(({ id, example }) => (example ? [{ id, example }] : []));
  return evaluateExamples(session, graph, examples, tasks, onWindow);
}

/** How many rows of a window are scored at a time, at most. */
function mostRows(window: EvaluationWindow): number {
  const { example, id } = window;
  return example ? answerLength({ id, example }) : longestSequence(window);
}

/** Without the bytes of the graph, so that they need not stay in memory. */
function scoredGraph({ loss, contextLength, vocabSize, decoderStartId }: ScoredGraph): ScoredGraph {
  return { loss, contextLength, vocabSize, ...(decoderStartId === undefined ? {} : { decoderStartId }) };
}

/** Accelerators refuse the empty chunks that a short window leaves; the CPU computes nothing for them. */
function minimumRows({ facts }: Runtime, maximumRows: number, rowsPerChunk: number) {
  if (facts.device === 'cpu') return {};
  return { minimumRows: (Math.ceil(maximumRows / rowsPerChunk) - 1) * rowsPerChunk + 1 };
}

function stopped(reason: unknown): InvarLockError {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
    ? new InvarLockError('U711', 'The time limit of --timeout was reached; nothing was written.')
    : new InvarLockError('U707', 'The run was cancelled; nothing was written.');
}
