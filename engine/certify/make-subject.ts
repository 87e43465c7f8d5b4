import path from 'node:path';
import { InvarLockError } from '../core/errors.ts';
import type { Finding } from '../core/findings.ts';
import type { Files } from '../core/ports.ts';
import { applyEdit, type EditSummary } from '../edits/apply-edit.ts';
import { openModel } from '../models/open-model.ts';
import type { ReportEdit } from '../report/run-report.ts';
import type { ArmPlan } from './arm-plan.ts';
import type { OnProgress } from './certify-progress.ts';
import { describeOwnEdit } from './describe-own-edit.ts';
import { modelIdentity } from './model-identity.ts';
import type { PlannedEdit } from './planned-edit.ts';
import type { RunFolder } from './run-folder.ts';
import { timedOut } from './time-limit.ts';

/** A subject that a run made itself. */
export interface MadeSubject {
  readonly arm: ArmPlan;
  readonly edit: ReportEdit;
  /** Where the edited model will lie when the run's folder has its name. */
  readonly modelFolder: string;
}

/**
 * Applies an edit to a model and opens the result, which lies in the run's own folder and gets its name with it (spec 01
 * §8.1). The subject keeps the name of its base: what was done to it is in the edit block.
 */
export async function makeSubject(
  ports: { readonly files: Files; readonly cancelled: AbortSignal; readonly onProgress: OnProgress },
  request: {
    readonly base: ArmPlan;
    readonly edit: PlannedEdit;
    readonly folder: RunFolder;
    readonly label: string | undefined;
  },
): Promise<MadeSubject> {
  const { files, cancelled, onProgress } = ports;
  const { base, edit, folder } = request;
  const outFolder = path.join(folder.workingPath, 'model');
  onProgress({ kind: 'notice', about: 'edit', text: `Applying ${edit.plan.name} to ${base.modelId}` });
  const summary = await apply(
    files,
    { ...edit.options, modelFolder: base.model.folder, outFolder },
    cancelled,
  );
  const opened = await openModel(files, outFolder);
  if (!opened.value) throw refused(opened.findings);
  const arm: ArmPlan = {
    ...base,
    model: opened.value,
    identity: await modelIdentity(files, opened.value),
  };
  const described = await describeOwnEdit(files, { base, subject: arm, edit, summary, label: request.label });
  const { params_changed: changed } = described.deltas;
  const text = `${summary.changed.length} of ${summary.tensorCount} tensors and ${changed} parameters changed`;
  onProgress({ kind: 'notice', about: 'edit', text });
  return { arm, edit: described, modelFolder: path.join(folder.finalPath, 'model') };
}

async function apply(
  files: Files,
  request: Parameters<typeof applyEdit>[1],
  cancelled: AbortSignal,
): Promise<EditSummary> {
  try {
    const { value, findings } = await applyEdit(files, request, { cancelled });
    if (!value) throw refused(findings);
    return value;
  } catch (error) {
    const isStopped = error instanceof InvarLockError && error.code === 'U707';
    throw isStopped ? timedOut(cancelled.reason, error) : error;
  }
}

function refused(findings: readonly Finding[]): InvarLockError {
  const first = findings.find(({ severity }) => severity === 'error');
  return new InvarLockError(
    first?.code ?? 'U799',
    findings.map(({ message }) => message).join(' ') || 'The edited model could not be made.',
  );
}
