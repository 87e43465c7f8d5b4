import path from 'node:path';
import type { Clock, Files } from '../core/ports.ts';
import type { CertificateView } from '../render/certificate-view.ts';
import type { RunReport } from '../report/run-report.ts';
import type { DeviceRequest } from '../runtime/devices.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import type { OnProgress } from './certify-progress.ts';
import { describeEdit, noEdit } from './describe-edit.ts';
import { openDivergence, type RunDivergence } from './divergence/open-divergence.ts';
import type { ArmEvaluation } from './evaluate-arm.ts';
import { makeSubject } from './make-subject.ts';
import { measureNoiseFloor } from './measure-noise-floor.ts';
import type { CertifyPlan } from './prepare-certify.ts';
import { type RunContext, runArm } from './run-arm.ts';
import { runContext } from './run-context.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { openRunGuards, type RunGuards } from './run-guards.ts';
import type { StagedFiles } from './stage-files.ts';
import { type CertificatePaths, writeCertificate } from './write-certificate.ts';

export interface CertifyPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /**
   * Starts the engine on the device that the request comes to, for weights that take `mappedBytes` of their files; rejects
   * when a named device cannot be used.
   */
  readonly startRuntime: (
    device: DeviceRequest,
    mappedBytes: number,
    /** Default: as many as the command uses. */
    threads?: number,
  ) => Promise<Runtime>;
}

export interface CertifyResult {
  readonly view: CertificateView;
  readonly passed: boolean;
  /** The subject's metric is invalid, degraded or not finite: E111. */
  readonly degradedReason: string | undefined;
  /** Absolute paths of what was written, and of the baseline report that was used. */
  readonly paths: CertificatePaths & { readonly baselineReport: string; readonly subjectReport: string };
}

/**
 * Evaluates both arms and writes reports, events, certificate, Markdown, HTML and manifest. Everything appears under its
 * final name only when all of it is there; a failure or a cancellation leaves nothing behind.
 */
export async function runCertify(
  ports: CertifyPorts,
  plan: CertifyPlan,
  onProgress: OnProgress,
): Promise<CertifyResult> {
  const { files, clock } = ports;
  const out = plan.request.out.value;
  const opened: RunFolder[] = [];
  const open = async (arm: 'source' | 'edited') => {
    const folder = await openRunFolder(files, path.join(out, arm), clock.now());
    opened.push(folder);
    return folder;
  };
  let runtime: Runtime | undefined;
  let staged: StagedFiles | undefined;
  try {
    const folder = await open('edited');
    // An edit that cannot be made must not cost an evaluation of the baseline first.
    const made =
      plan.edit &&
      (await makeSubject(
        { ...ports, onProgress },
        { base: plan.baseline, edit: plan.edit, folder, label: plan.editLabel },
      ));
    runtime = await ports.startRuntime(plan.execution.device, plan.execution.memory.mappedBytes);
    const context = await runContext(ports, plan, runtime, onProgress);
    const guards = openRunGuards(context, {
      baseline: plan.baseline,
      subject: made?.arm ?? plan.subject,
    });
    const divergence = openDivergence(context, {
      baseline: plan.baseline,
      subject: made?.arm ?? plan.subject,
      baselineReport: plan.baselineReport?.report,
      scratchFile: path.join(folder.workingPath, 'hidden-states.scratch'),
    });
    const baseline = await baselineRun(context, plan, { guards, divergence }, () => open('source'));
    const noiseFloor =
      plan.noiseFloor &&
      (await measureNoiseFloor(context, ports, {
        plan: plan.noiseFloor,
        arm: plan.baseline,
        baseline: baseline.report,
      }));
    const title = made
      ? `Subject ${plan.edit?.plan.name} of ${plan.baseline.modelId}`
      : `Subject ${plan.subject.modelId}`;
    onProgress({ kind: 'phase', index: 2, count: 3, title });
    const { report: subject } = await runArm(context, {
      name: 'subject',
      arm: made?.arm ?? plan.subject,
      folder,
      edit: made?.edit ?? (await describeEdit(files, plan.baseline, plan.subject, plan.editLabel)),
      ...(made ? { modelFolder: made.modelFolder } : {}),
      guards: { order: guards.order, run: guards.ofSubject },
      ...(divergence.subject ? { hidden: divergence.subject } : {}),
      divergence: divergence.result,
      baseline: baseline.report,
      ...(noiseFloor ? { noiseFloor } : {}),
      ...(baseline.evaluation ? { baselineEvaluation: baseline.evaluation } : {}),
    });
    await divergence.close();
    onProgress({ kind: 'phase', index: 3, count: 3, title: 'Certificate' });
    const subjectReport = path.join(folder.finalPath, 'report.json');
    const written = await writeCertificate(ports, {
      baseline: baseline.report,
      subject,
      baselineReportPath: baseline.file,
      subjectReportPath: subjectReport,
      folder: plan.request.certOut.value,
      profile: plan.settings.profile,
      policy: plan.settings.policy,
      policyOverrides: plan.settings.policyOverrides,
      environment: ports.environment,
    });
    staged = written;
    // The reports get their names first: a certificate never points at reports that are not there.
    for (const done of opened) await done.finish();
    await written.commit();
    return certifyResult(written, subject, { baselineReport: baseline.file, subjectReport });
  } catch (error) {
    // In reverse, so that the folder opened first is the last to go and takes what both stand in with it.
    await staged?.discard();
    for (const folder of opened.reverse()) await folder.discard();
    throw error;
  } finally {
    await runtime?.close();
  }
}

async function baselineRun(
  context: RunContext,
  plan: CertifyPlan,
  { guards, divergence }: { readonly guards: RunGuards; readonly divergence: RunDivergence },
  open: () => Promise<RunFolder>,
): Promise<{ readonly report: RunReport; readonly file: string; readonly evaluation?: ArmEvaluation }> {
  const { onProgress } = context;
  if (plan.baselineReport) {
    onProgress({ kind: 'phase', index: 1, count: 3, title: `Baseline from ${plan.baselineReport.file}` });
    await divergence.prepare();
    return plan.baselineReport;
  }
  onProgress({ kind: 'phase', index: 1, count: 3, title: `Baseline ${plan.baseline.modelId}` });
  const folder = await open();
  const ran = await runArm(context, {
    name: 'baseline',
    arm: plan.baseline,
    folder,
    edit: noEdit,
    guards: { order: guards.order, run: guards.ofBaseline },
    ...(divergence.baseline ? { hidden: divergence.baseline } : {}),
  });
  return { ...ran, file: path.join(folder.finalPath, 'report.json') };
}

export function certifyResult(
  { view, paths }: { readonly view: CertificateView; readonly paths: CertificatePaths },
  subject: RunReport,
  reports: { readonly baselineReport: string; readonly subjectReport: string },
): CertifyResult {
  const { primary_metric: metric } = subject.metrics;
  const degraded = metric.invalid || metric.degraded;
  return {
    view,
    passed: view.verdict === 'PASS',
    degradedReason: degraded ? (metric.degraded_reason ?? 'primary_metric_invalid') : undefined,
    paths: { ...reports, ...paths },
  };
}
