import { InvarLockError } from '../../core/errors.ts';
import type { EvaluationWindow } from '../../data/data-types.ts';
import { rowFeeds, rowValues } from '../../evaluate/run-rows.ts';
import { longestSequence, scoredRows } from '../../evaluate/scored-rows.ts';
import {
  type ActivationProbes,
  addActivationProbes,
  type ProbeStatistic,
  probeName,
} from '../../graph/instrument/activation-probes.ts';
import { addModuleScales, scaleName } from '../../graph/instrument/module-scales.ts';
import type { ModelGraph } from '../../graph/model-graph.ts';
import { graphOfModel } from '../../models/model-source.ts';
import type { WireTensor } from '../../protocol/child-messages.ts';
import type { RuntimeSession } from '../../runtime/runtime-port.ts';
import type { GuardArm, GuardContext } from '../run/guard.ts';
import { type GraphModule, graphModules } from './graph-modules.ts';

export interface ProbeRequest {
  readonly guard: string;
  readonly arm: GuardArm;
  /** The windows that will be run: they decide how many rows the head has. */
  readonly windows: readonly EvaluationWindow[];
  readonly statistic: ProbeStatistic;
  readonly estimator?: Pick<ActivationProbes, 'iterations' | 'start'>;
  /** Which of the model's modules are measured. */
  readonly chooses: (module: GraphModule) => boolean;
  /** Whether the losses of the windows are wanted too; without them the head is not computed. */
  readonly hasLosses: boolean;
  /** Names of modules whose weights can be tried at another scale. */
  readonly scalable?: readonly string[];
  /** How often a window will be run; once by default. */
  readonly passes?: number;
}

export interface ProbedWindow {
  readonly id: number;
  /** Mean over the targets, in float64; null where it is not finite, has no target, or was not asked for. */
  readonly loss: number | null;
  readonly targetCount: number;
  /** By module; undefined where the number is not finite. */
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** A session of a model with measurements inside. */
export interface ProbeSession {
  readonly modules: readonly GraphModule[];
  /** Modules that were chosen, but whose output a fused operator hides. */
  readonly unavailable: readonly string[];
  run(window: EvaluationWindow, scales?: Readonly<Record<string, number>>): Promise<ProbedWindow>;
  close(): Promise<void>;
}

/**
 * Opens a model with probes of its activations, so that only numbers leave the graph. The graph is made as the one of the
 * evaluation was, with the same limit of threads, so the numbers do not depend on how many there are.
 *
 * A text says why the runtime refused the graph: the model itself was loaded before, so it is the probes that it cannot do.
 */
export async function openProbes(
  context: GuardContext,
  request: ProbeRequest,
): Promise<ProbeSession | string> {
  try {
    return await openSession(context, request);
  } catch (error) {
    if (error instanceof InvarLockError && error.code === 'R403')
      return `The runtime refused the ${request.arm.name} with probes of its activations: ${error.message}`;
    throw error;
  }
}

async function openSession(context: GuardContext, request: ProbeRequest): Promise<ProbeSession> {
  const { runtime, memory } = context;
  const { arm, windows, hasLosses, scalable = [] } = request;
  const { rowsPerChunk, mappedBytes } = memory;
  const maximumRows = Math.max(1, ...windows.map(longestSequence));
  const plain = graphOfModel(arm.model, { maximumRows, rowsPerChunk });
  const modules = graphModules(arm.model, plain).filter(request.chooses);
  const byName = new Map(modules.map((module) => [module.name, module]));
  const probes: ActivationProbes = {
    modules: modules.map(({ path }) => path),
    statistics: [request.statistic],
    isAlone: !hasLosses,
    ...request.estimator,
  };
  const scaledPaths = scalable.flatMap((name) => byName.get(name)?.path ?? []);
  const scaled = scaledPaths.length === 0 ? plain : addModuleScales(plain, scaledPaths).graph;
  const probed = addActivationProbes(scaled, probes);
  const hidden = new Set(probed.unavailable);
  const measured = modules.filter(({ path }) => !hidden.has(path));
  const session = await runtime.open({ ...probed.graph, mappedBytes });
  let done = 0;
  return {
    modules: measured,
    unavailable: modules.filter(({ path }) => hidden.has(path)).map(({ name }) => name),
    async run(window, scales = {}) {
      context.onProgress({
        kind: 'guard',
        guard: request.guard,
        arm: arm.name,
        done: done++,
        total: (request.passes ?? 1) * windows.length,
      });
      const factors = scaledPaths.map((path) => [scaleName(path), 1] as const);
      const chosen = Object.entries(scales).map(
        ([name, scale]) => [scaleName(byName.get(name)?.path ?? name), scale] as const,
      );
      return runWindow(session, {
        graph: plain,
        window,
        modules: measured,
        statistic: request.statistic,
        hasLosses,
        scales: Object.fromEntries([...factors, ...chosen]),
        minimumRows: leastRows(context, maximumRows),
      });
    },
    close: () => session.close(),
  };
}

interface WindowRun {
  readonly graph: ModelGraph;
  readonly window: EvaluationWindow;
  readonly modules: readonly GraphModule[];
  readonly statistic: ProbeStatistic;
  readonly hasLosses: boolean;
  readonly scales: Readonly<Record<string, number>>;
  readonly minimumRows: number;
}

async function runWindow(session: RuntimeSession, run: WindowRun): Promise<ProbedWindow> {
  const { graph, window, modules, statistic, hasLosses, minimumRows } = run;
  const rows = scoredRows(graph, window);
  const targetCount = rows.targets.length;
  const scales = Object.entries(run.scales).map(([name, scale]) => [name, scalar(scale)] as const);
  const names = modules.map(({ path }) => probeName(statistic, path));
  // A graph without losses still declares the inputs of its head.
  const feeds = { ...rowFeeds(rows, minimumRows), ...Object.fromEntries(scales) };
  const { outputs } = await session.run(feeds, [...(hasLosses ? ['token_nll'] : []), ...names]);
  let loss: number | null = null;
  if (hasLosses && targetCount > 0) {
    let sum = 0;
    for (const value of rowValues('token_nll', outputs.token_nll, rows, minimumRows)) sum += value;
    loss = finite(sum / targetCount) ?? null;
  }
  const values = modules.map(({ name }, index) => [name, numberOf(outputs[names[index] ?? ''])] as const);
  return { id: window.id, loss, targetCount, values: Object.fromEntries(values) };
}

/** One, so that windows without a target have activations too; accelerators refuse any empty chunk of the head. */
function leastRows({ runtime, memory }: GuardContext, maximumRows: number): number {
  if (runtime.facts.device === 'cpu') return 1;
  return (Math.ceil(maximumRows / memory.rowsPerChunk) - 1) * memory.rowsPerChunk + 1;
}

function scalar(value: number): WireTensor {
  return { type: 'float32', dims: [], data: new Uint8Array(Float32Array.of(value).buffer) };
}

function numberOf(output: WireTensor | undefined): number | undefined {
  if (output?.type !== 'float32' || output.data.byteLength !== 4)
    throw new InvarLockError('R411', 'The model gave no number where an activation was measured.');
  return finite(new Float32Array(new Uint8Array(output.data).buffer)[0] ?? Number.NaN);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
