import { bitsOf, groupSizeOf } from '../artifacts/quantization/quantization.ts';
import type { FileReader } from '../core/ports.ts';
import type { ReportEdit } from '../report/run-report.ts';
import type { ArmPlan } from './arm-plan.ts';
import { compareCheckpoints, weightPlaces } from './compare-checkpoints.ts';

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
  const name = label ?? (baseline.identity.sha256 === subject.identity.sha256 ? 'noop' : 'custom');
  const facts = { name, algorithm: name, plan_digest: 'noop' };
  // The tensors of two formats have neither names nor layouts in common.
  if (baseline.model.kind !== subject.model.kind) {
    const deltas = { params_changed: null, sparsity: null, bitwidth_map: null, layers_modified: null };
    return { ...facts, deltas, not_compared: 'baseline and subject are stored in different formats' };
  }
  const difference = await compareCheckpoints(
    files,
    weightPlaces(baseline.model),
    weightPlaces(subject.model),
  );
  return {
    ...facts,
    deltas: {
      params_changed: difference.paramsChanged,
      sparsity: null,
      bitwidth_map: bitwidths(subject, new Set(difference.tensorsChanged)),
      layers_modified: difference.layersModified,
    },
    tensors_changed: difference.tensorsChanged,
  };
}

/** What is known of the matrices that the edit packed, by module, as the reference has it (spec 03 §7.2). */
function bitwidths(
  { model }: Pick<ArmPlan, 'model'>,
  changed: ReadonlySet<string>,
): Readonly<Record<string, unknown>> | null {
  const packed = [...(model.quantization?.matrices.values() ?? [])]
    .filter(({ name }) => changed.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (packed.length === 0) return null;
  return Object.fromEntries(
    packed.map((matrix) => [
      matrix.name.replace(/\.weight$/u, ''),
      {
        bitwidth: bitsOf(matrix),
        group_size: groupSizeOf(matrix),
        params: matrix.inputs * matrix.outputs,
      },
    ]),
  );
}
