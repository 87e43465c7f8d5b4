import type { FileReader } from '../core/ports.ts';
import type { EditSummary } from '../edits/apply-edit.ts';
import type { EditPlan } from '../edits/plan-edit.ts';
import type { ReportEdit } from '../report/run-report.ts';
import type { ArmPlan } from './arm-plan.ts';
import { compareCheckpoints, weightPlaces } from './compare-checkpoints.ts';
import type { PlannedEdit } from './planned-edit.ts';

export interface OwnEdit {
  readonly base: ArmPlan;
  readonly subject: ArmPlan;
  readonly edit: PlannedEdit;
  readonly summary: EditSummary;
  /** `--edit-label`. */
  readonly label: string | undefined;
}

/**
 * The edit block of a subject that this run made: what was asked for, which model it was done to, and what it changed,
 * measured byte by byte as for an edit made elsewhere (spec 03 §7.2, §7.3).
 */
export async function describeOwnEdit(files: FileReader, own: OwnEdit): Promise<ReportEdit> {
  const { base, subject, edit, summary } = own;
  const { plan } = edit;
  const difference = await compareCheckpoints(files, weightPlaces(base.model), weightPlaces(subject.model));
  const kind = edit.options.kind;
  return {
    name: own.label ?? kind,
    algorithm: kind,
    plan_digest: planDigest(plan),
    // The record of edit.json, under both names: `config` is what the digest of a quantisation covers (spec 04 §5.4).
    plan: summary.edit,
    config: summary.edit,
    applied_by: 'invarlock',
    base: { model_id: base.modelId, sha256: base.identity.sha256 },
    deltas: {
      params_changed: difference.paramsChanged,
      sparsity: plan.kind === 'prune' ? zeroedShare(summary) : null,
      bitwidth_map: 'bits' in plan ? bitwidths(plan, summary) : null,
      layers_modified: difference.layersModified,
    },
    tensors_changed: difference.tensorsChanged,
  };
}

/** The reference's label where its rule was followed, else the edit's own name. */
function planDigest(plan: EditPlan): string {
  return plan.kind === 'quant_rtn_reference' ? `rtn_quantization_${plan.bits}bit_${plan.scope}` : plan.name;
}

/** Parameters that became zero among those of the pruned matrices. */
function zeroedShare({ changed }: EditSummary): number | null {
  const elements = changed.reduce((sum, tensor) => sum + tensor.elements, 0);
  const zeroed = changed.reduce((sum, tensor) => sum + tensor.changedElements, 0);
  return elements === 0 ? null : zeroed / elements;
}

function bitwidths(
  plan: Extract<EditPlan, { readonly bits: number }>,
  { changed }: EditSummary,
): Readonly<Record<string, unknown>> {
  const groupSize = plan.kind === 'quant_rtn_reference' ? (plan.groupSize ?? null) : null;
  return Object.fromEntries(
    changed.map(({ name, elements }) => [
      name.replace(/\.weight$/u, ''),
      { bitwidth: plan.bits, group_size: groupSize, params: elements },
    ]),
  );
}
