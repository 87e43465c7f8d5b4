import { identifiedLosses } from '../certificate/blocks/windows-block.ts';
import { noiseBand } from '../metrics/noise-floor.ts';
import type { IdentifiedLoss } from '../metrics/paired-baseline.ts';
import { type NoiseConditions, type NoiseFloor, noiseFloorNotEvaluated } from '../report/noise-floor.ts';
import type { RunReport, WindowRecords } from '../report/run-report.ts';
import type { ArmPlan } from './arm-plan.ts';
import { evaluateArm } from './evaluate-arm.ts';
import type { NoiseFloorPlan } from './plan-noise-floor.ts';
import type { RunContext } from './run-arm.ts';
import type { CertifyPorts } from './run-certify.ts';

export interface NoiseFloorInputs {
  readonly plan: NoiseFloorPlan;
  readonly arm: ArmPlan;
  /** The baseline as it was evaluated first. */
  readonly baseline: RunReport;
}

/**
 * Evaluates the baseline a second time, under another number of threads or on another device, and compares the losses
 * window by window. What remains is noise: no edit was made.
 */
export async function measureNoiseFloor(
  context: RunContext,
  { startRuntime }: Pick<CertifyPorts, 'startRuntime'>,
  { plan, arm, baseline }: NoiseFloorInputs,
): Promise<NoiseFloor> {
  if (!baseline.metrics.primary_metric.kind.startsWith('ppl'))
    return noiseFloorNotEvaluated('The noise floor is about losses, and this metric counts answers.');
  const first = conditionsOf(baseline);
  if (!first)
    return noiseFloorNotEvaluated(
      'The report of the baseline does not say on how many threads it was evaluated by this engine.',
    );
  const device = plan.device ?? context.execution.device;
  // More threads than the graph allows are never used: then both evaluations are the same, and the band says so.
  const threads = plan.device ? first.threads : first.threads > 1 ? 1 : 2;
  const { mappedBytes } = context.execution.memory;
  const runtime = await startRuntime(device, mappedBytes, threads);
  try {
    const on = `${runtime.facts.device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    context.onProgress({ kind: 'notice', text: `The noise floor: the baseline once more, on ${on}.` });
    const evaluation = await evaluateArm(
      { ...context, runtime },
      'noise floor',
      arm.model,
      context.schedule,
      context.onProgress,
    );
    const windows = baseline.evaluation_windows;
    const second = {
      preview: losses(evaluation.preview, windows.preview),
      final: losses(evaluation.final, windows.final),
    };
    return {
      evaluated: true,
      first,
      second: { device: runtime.facts.device, threads: evaluation.threads },
      ...noiseBand(
        { preview: identifiedLosses(windows.preview), final: identifiedLosses(windows.final) },
        second,
        baseline.metrics.bootstrap,
      ),
      evaluation_windows: { preview: recorded(second.preview), final: recorded(second.final) },
    };
  } finally {
    await runtime.close();
  }
}

function conditionsOf({ meta }: RunReport): NoiseConditions | undefined {
  const threads = meta.determinism?.threads;
  if (meta.env_flags?.engine !== 'onnxruntime-node' || typeof threads !== 'number') return undefined;
  return { device: meta.device, threads };
}

/** The second evaluation weighs its windows as the first did. */
function losses(
  evaluated: readonly { readonly id: number; readonly loss: number | null }[],
  first: WindowRecords,
): readonly IdentifiedLoss[] {
  const weights = new Map(first.window_ids.map((id, index) => [id, first.token_counts[index] ?? 0]));
  return evaluated.map(({ id, loss }) => ({ id, loss, weight: weights.get(id) ?? 0 }));
}

function recorded(windows: readonly IdentifiedLoss[]) {
  return { window_ids: windows.map(({ id }) => id), logloss: windows.map(({ loss }) => loss) };
}
