import path from 'node:path';
import type { ReportEdit, RunReport } from '../report/run-report.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import type { OnProgress } from './certify-progress.ts';
import { noEdit } from './describe-edit.ts';
import { makeSubject } from './make-subject.ts';
import type { RunPlan } from './prepare-run.ts';
import type { Retry } from './retry.ts';
import { runArm } from './run-arm.ts';
import type { CertifyPorts } from './run-certify.ts';
import { runContext } from './run-context.ts';
import { openRunFolder } from './run-folder.ts';
import { guardsWithoutBaseline, openRunGuards } from './run-guards.ts';
import { storesWindows } from './stored-windows.ts';

export interface RunResult {
  readonly report: RunReport;
  readonly reportFile: string;
}

/** Evaluates one model and writes `<out>/<ts>/report.json` with its events (spec 01 §3.4). */
export async function runSingle(
  ports: CertifyPorts,
  plan: RunPlan & { readonly retry?: Retry },
  onProgress: OnProgress,
): Promise<RunResult> {
  const { files, clock } = ports;
  const folder = await openRunFolder(files, plan.outFolder, clock.now());
  let runtime: Runtime | undefined;
  try {
    onProgress({ kind: 'phase', index: 1, count: 1, title: titleOf(plan) });
    const made =
      plan.edit &&
      (await makeSubject(
        { ...ports, onProgress },
        { base: plan.arm, edit: plan.edit, folder, label: plan.editLabel },
      ));
    runtime = await ports.startRuntime(plan.execution.device, plan.execution.memory.mappedBytes);
    const name = plan.baselineReport || made ? 'subject' : 'baseline';
    const context = await runContext(ports, plan, runtime, onProgress);
    const guards =
      plan.baselineReport && !made
        ? guardsWithoutBaseline(plan.settings.guardsOrder.value)
        : openRunGuards(context, { baseline: plan.arm, ...(made ? { subject: made.arm } : {}) });
    const { report } = await runArm(context, {
      name,
      arm: made?.arm ?? plan.arm,
      folder,
      edit: { ...(made?.edit ?? namedEdit(plan.editLabel)), ...(plan.retry && { retry: plan.retry }) },
      ...(made ? { modelFolder: made.modelFolder } : {}),
      guards: { order: guards.order, run: made ? guards.ofSubject : guards.ofBaseline },
      keepsTokens: storesWindows(ports.environment),
      ...(plan.baselineReport ? { baseline: plan.baselineReport } : {}),
    });
    await folder.finish();
    return { report, reportFile: path.join(folder.finalPath, 'report.json') };
  } catch (error) {
    await folder.discard();
    throw error;
  } finally {
    await runtime?.close();
  }
}

function titleOf({ arm, edit, retry }: RunPlan & { readonly retry?: Retry }): string {
  const model = edit ? `${edit.plan.name} of ${arm.modelId}` : `Model ${arm.modelId}`;
  return retry ? `Attempt ${retry.attempt} of ${retry.max_attempts}: ${model}` : model;
}

/** `--edit-label` names an edit that was made elsewhere; without it the model stands for itself. */
function namedEdit(label: string | undefined): ReportEdit {
  return label === undefined ? noEdit : { ...noEdit, name: label, algorithm: label };
}
