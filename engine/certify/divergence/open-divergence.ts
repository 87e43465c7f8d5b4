import { checkWeightsUnchanged } from '../../artifacts/check-weights-unchanged.ts';
import { InvarLockError } from '../../core/errors.ts';
import { megabytes } from '../../core/megabytes.ts';
import type { HiddenRowsSink } from '../../evaluate/hidden-rows.ts';
import {
  type Divergence,
  type DivergenceRecord,
  divergence,
  divergenceNotEvaluated,
} from '../../metrics/divergence/divergence.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { ArmPlan } from '../arm-plan.ts';
import { comparisonBootstrap } from '../arm-report.ts';
import { evaluateArm } from '../evaluate-arm.ts';
import type { RunContext } from '../run-arm.ts';
import { measureDivergence } from './measure-divergence.ts';
import { planDivergence } from './plan-divergence.ts';

/** The divergence of one run, from its plan to its block in the report. */
export interface RunDivergence {
  /** For the evaluation of the arms; absent where nothing is measured. */
  readonly baseline?: HiddenRowsSink;
  readonly subject?: HiddenRowsSink;
  /** Evaluates the baseline's final windows again when its report is reused. */
  prepare(): Promise<void>;
  /** After both arms; undefined when it was switched off, and a text says why nothing was measured. */
  record(): DivergenceRecord | string | undefined;
  result(): Divergence | undefined;
  close(): Promise<void>;
}

export interface RunDivergenceInputs {
  readonly baseline: ArmPlan;
  readonly subject: ArmPlan;
  readonly baselineReport: RunReport | undefined;
  /** Stands for as long as it is needed, in a folder that is there. */
  readonly scratchFile: string;
}

/** Decides whether the divergence is measured (`eval.divergence`) and says when it is not. */
export function openDivergence(context: RunContext, inputs: RunDivergenceInputs): RunDivergence {
  const { settings, schedule, execution, onProgress } = context;
  const nothing = { prepare: async () => {}, close: async () => {} };
  if (!settings.divergence.value) return { ...nothing, record: () => undefined, result: () => undefined };
  const plan = planDivergence({ ...inputs, schedule });
  if (typeof plan === 'string') {
    onProgress({ kind: 'notice', text: `The divergence is not measured. ${plan}` });
    return { ...nothing, record: () => plan, result: () => divergenceNotEvaluated(plan) };
  }
  onProgress({
    kind: 'notice',
    text: `The divergence keeps ${megabytes(plan.scratchBytes)} of hidden states on the disk while the run lasts.`,
  });
  const { rowsPerChunk } = execution.memory;
  const measurement = measureDivergence(context, plan, { scratchFile: inputs.scratchFile, rowsPerChunk });
  return {
    baseline: measurement.baseline,
    subject: measurement.subject,
    prepare: async () => {
      const { baselineReport, baseline } = inputs;
      if (!baselineReport) return;
      onProgress({
        kind: 'notice',
        text: 'The divergence evaluates the final windows of the baseline again.',
      });
      const ports = { ...context, whole: schedule, hidden: measurement.baseline };
      const again = { ...schedule, preview: [] };
      try {
        const { final } = await evaluateArm(ports, 'baseline', baseline.model, again, onProgress);
        await checkWeightsUnchanged(context.files, baseline.model.identities);
        const other = differingWindow(final, baselineReport);
        if (other !== undefined)
          measurement.fail(`The baseline has another loss in window ${other} than its report says.`);
      } catch (error) {
        if (!(error instanceof InvarLockError) || context.cancelled.aborted) throw error;
        measurement.fail(`The baseline could not be evaluated again: ${error.message}`);
      }
    },
    record: measurement.record,
    result: () => {
      const record = measurement.record();
      if (typeof record === 'string') return divergenceNotEvaluated(record);
      return divergence({ ...record, bootstrap: comparisonBootstrap(settings) });
    },
    close: measurement.close,
  };
}

/** Another order of the sums is no other model. */
const tolerance = 1e-3;

function differingWindow(
  losses: readonly { readonly id: number; readonly loss: number | null }[],
  { evaluation_windows: { final } }: RunReport,
): number | undefined {
  const recorded = new Map(final.window_ids.map((id, index) => [id, final.logloss[index] ?? null]));
  return losses.find(({ id, loss }) => {
    const other = recorded.get(id);
    if (loss === null || other === null || other === undefined) return loss !== other;
    return Math.abs(loss - other) > tolerance * Math.max(1, Math.abs(other));
  })?.id;
}
