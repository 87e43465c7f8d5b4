import path from 'node:path';
import { guardEntryOf } from '../../calibrate/sweep-reports.ts';
import { type SweepRun, sweepRunTitle } from '../../calibrate/sweep-runs.ts';
import { InvarLockError } from '../../core/errors.ts';
import { textAt } from '../../core/json-access.ts';
import type { Runtime } from '../../runtime/runtime-port.ts';
import type { ArmPlan } from '../arm-plan.ts';
import type { OnProgress } from '../certify-progress.ts';
import { makeSubject } from '../make-subject.ts';
import type { CertifyPlan } from '../prepare-certify.ts';
import type { CertifyPorts } from '../run-certify.ts';
import { openRunFolder, type RunFolder } from '../run-folder.ts';
import { stageFiles } from '../stage-files.ts';
import { stopIfCancelled } from '../stop-if-cancelled.ts';
import { type MeasuredRun, measureSweepRun } from './measure-sweep-run.ts';

/** A run of a sweep, decided and checked, and what its guards said. */
export interface SweptRun {
  readonly run: SweepRun;
  readonly plan: CertifyPlan;
  readonly report: MeasuredRun;
  /** The model that was compared with the baseline. */
  readonly subject: ArmPlan;
}

export interface SweepRequest {
  readonly runs: readonly { readonly run: SweepRun; readonly plan: CertifyPlan }[];
  /** The guards that run, in their order; what the first of them cannot judge ends the sweep. */
  readonly guards: readonly [string, ...string[]];
  readonly outFolder: string;
  /** The files of the finished sweep: name → text. */
  readonly files: (swept: readonly SweptRun[]) => Readonly<Record<string, string>>;
  /** Replaced by tests. */
  readonly measure?: typeof measureSweepRun;
}

/**
 * Measures every run and writes the files of the sweep. They get their names when all of them are there: a failure or a
 * cancellation leaves nothing behind. The first run that cannot be measured ends the sweep (spec 01 §3.7).
 */
export async function runSweep(
  ports: CertifyPorts,
  request: SweepRequest,
  onProgress: OnProgress,
): Promise<{ readonly swept: readonly SweptRun[]; readonly files: readonly string[] }> {
  const { runs, guards, outFolder, measure = measureSweepRun } = request;
  const [first] = runs;
  if (!first) throw new InvarLockError('U701', 'A sweep needs at least one tier and one seed.');
  const mappedBytes = Math.max(...runs.map(({ plan }) => plan.execution.memory.mappedBytes));
  const made = subjectMaker(ports, outFolder, onProgress);
  let runtime: Runtime | undefined;
  try {
    runtime = await ports.startRuntime(first.plan.execution.device, mappedBytes);
    const swept: SweptRun[] = [];
    for (const [index, { run, plan }] of runs.entries()) {
      stopIfCancelled(ports.cancelled);
      onProgress({ kind: 'phase', index: index + 1, count: runs.length, title: sweepRunTitle(run) });
      const subject = await made.of(plan);
      const report = await measure(ports, runtime, { plan, subject, order: guards });
      checkMeasured(report, guards[0], run);
      swept.push({ run, plan, subject, report });
    }
    stopIfCancelled(ports.cancelled);
    const contents = Object.entries(request.files(swept)).map(
      ([name, text]) => [path.join(outFolder, name), text] as const,
    );
    await (await stageFiles(ports.files, contents)).commit();
    return { swept, files: contents.map(([file]) => file) };
  } finally {
    await made.discard();
    await runtime?.close();
  }
}

/** A guard that could not look has nothing to calibrate, and a value without a measurement would look like one. */
function checkMeasured(report: MeasuredRun, guard: string, run: SweepRun): void {
  const entry = guardEntryOf(report, guard);
  const status = textAt(entry, 'status');
  if (status === 'passed' || status === 'failed') return;
  const reason = textAt(entry, 'reason') ?? 'It gave no result.';
  throw new InvarLockError(
    'U717',
    `The guard ${guard} could not be measured in the run ${sweepRunTitle(run)}: ${reason} Nothing was written.`,
  );
}

/** Subjects that the configuration's own edit makes: one for all runs, in a folder that goes with the sweep. */
function subjectMaker(ports: CertifyPorts, outFolder: string, onProgress: OnProgress) {
  const folders: RunFolder[] = [];
  let known: Promise<ArmPlan> | undefined;
  const make = async ({ baseline, edit, editLabel }: CertifyPlan): Promise<ArmPlan> => {
    if (!edit) return baseline;
    const folder = await openRunFolder(ports.files, outFolder, ports.clock.now());
    folders.push(folder);
    const made = await makeSubject(
      { ...ports, onProgress },
      { base: baseline, edit, folder, label: editLabel },
    );
    return made.arm;
  };
  return {
    of(plan: CertifyPlan): Promise<ArmPlan> {
      if (!plan.edit) return Promise.resolve(plan.subject);
      known ??= make(plan);
      return known;
    },
    async discard() {
      for (const folder of folders) await folder.discard();
    },
  };
}
