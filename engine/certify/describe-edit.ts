import type { FileReader } from '../core/ports.ts';
import type { ReportEdit } from '../report/run-report.ts';
import type { ArmPlan } from './arm-plan.ts';
import { compareCheckpoints } from './compare-checkpoints.ts';

/** The edit block of the baseline's report: nothing was edited. */
export const noEdit: ReportEdit = {
  name: 'noop',
  algorithm: 'noop',
  plan_digest: 'noop',
  deltas: { params_changed: 0, sparsity: null, bitwidth_map: null, layers_modified: 0 },
};

/** The edit block of a subject that was edited elsewhere: what differs from the baseline, measured (spec 03 §7.3). */
export async function describeEdit(
  files: FileReader,
  baseline: ArmPlan,
  subject: ArmPlan,
  label: string | undefined,
): Promise<ReportEdit> {
  const difference = await compareCheckpoints(files, baseline.checkpoint.tensors, subject.checkpoint.tensors);
  const name = label ?? (baseline.identity.sha256 === subject.identity.sha256 ? 'noop' : 'custom');
  return {
    name,
    algorithm: name,
    plan_digest: 'noop',
    deltas: {
      params_changed: difference.paramsChanged,
      sparsity: null,
      bitwidth_map: null,
      layers_modified: difference.layersModified,
    },
    tensors_changed: difference.tensorsChanged,
  };
}
