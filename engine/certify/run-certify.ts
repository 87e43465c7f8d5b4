import path from 'node:path';
import { buildCertificate } from '../certificate/build-certificate.ts';
import { certificateManifest } from '../certificate/manifest.ts';
import { InvarLockError } from '../core/errors.ts';
import { isTruthy } from '../core/is-truthy.ts';
import { writeJson } from '../core/json-writer.ts';
import type { Clock, Files } from '../core/ports.ts';
import { type CertificateView, certificateView } from '../render/certificate-view.ts';
import { renderHtml } from '../render/html.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { eventLine, openEventLog } from '../report/events.ts';
import type { ReportEdit, RunReport } from '../report/run-report.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import { verifyCertificate } from '../verify/verify-certificate.ts';
import { toolVersion } from '../version.ts';
import { armReport } from './arm-report.ts';
import type { ArmName, OnProgress } from './certify-progress.ts';
import { describeEdit, noEdit } from './describe-edit.ts';
import { evaluateArm } from './evaluate-arm.ts';
import { gitCommit } from './git-commit.ts';
import type { CertifyPlan } from './prepare-certify.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';

export interface CertifyPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly startRuntime: () => Promise<Runtime>;
}

export interface CertifyResult {
  readonly view: CertificateView;
  readonly passed: boolean;
  /** The subject's metric is invalid, degraded or not finite: E111. */
  readonly degradedReason: string | undefined;
  /** Absolute paths of what was written. */
  readonly paths: {
    readonly baselineReport: string;
    readonly subjectReport: string;
    readonly certificate: string;
    readonly markdown: string;
    readonly html: string;
    readonly manifest: string;
  };
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
  const folders = {
    baseline: await openRunFolder(files, path.join(out, 'source'), clock.now()),
    subject: await openRunFolder(files, path.join(out, 'edited'), clock.now()),
  };
  let runtime: Runtime | undefined;
  try {
    runtime = await ports.startRuntime();
    const commit = plan.config.data.meta?.commit ?? (await gitCommit(files, ports.workingFolder));
    const runArm = armRunner({ ports, plan, runtime, commit, onProgress });
    const baseline = await runArm('baseline', folders.baseline, noEdit, undefined);
    const subject = await runArm('subject', folders.subject, await describeEdit(files, plan), baseline);
    onProgress({ kind: 'phase', index: 3, count: 3, title: 'Certificate' });
    const result = await writeCertificate(ports, plan, { baseline, subject, folders });
    await folders.baseline.finish();
    await folders.subject.finish();
    return result;
  } catch (error) {
    // In reverse, so that the folder opened first is the last to go and takes what both stand in with it.
    await folders.subject.discard();
    await folders.baseline.discard();
    throw error;
  } finally {
    await runtime?.close();
  }
}

interface ArmContext {
  readonly ports: CertifyPorts;
  readonly plan: CertifyPlan;
  readonly runtime: Runtime;
  readonly commit: string;
  readonly onProgress: OnProgress;
}

function armRunner({ ports, plan, runtime, commit, onProgress }: ArmContext) {
  const { files, clock, cancelled, environment } = ports;
  return async (
    arm: ArmName,
    folder: RunFolder,
    edit: ReportEdit,
    baseline: RunReport | undefined,
  ): Promise<RunReport> => {
    const startedAt = clock.now();
    const eventsFile = path.join(folder.workingPath, 'events.jsonl');
    const log = openEventLog(clock, `${arm}-${path.basename(folder.finalPath)}`);
    const event = (...args: Parameters<typeof log.record>) =>
      files.append(eventsFile, eventLine(log.record(...args)));
    onProgress({
      kind: 'phase',
      index: arm === 'baseline' ? 1 : 2,
      count: 3,
      title: `${arm === 'baseline' ? 'Baseline' : 'Subject'} ${plan[arm].modelId}`,
    });
    await event('logger', 'session_start', { session_id: log.sessionId });
    await event('runner', 'start', {
      edit: edit.name,
      guards: [],
      profile: plan.settings.profile,
      tier: plan.settings.tier,
    });
    await event('eval', 'start', {
      preview: plan.schedule.preview.length,
      final: plan.schedule.final.length,
    });
    const evaluation = await evaluateArm(
      { runtime, clock, cancelled },
      arm,
      plan[arm].checkpoint,
      plan.schedule,
      onProgress,
    );
    const report = armReport(plan, {
      arm,
      evaluation,
      runtime: runtime.facts,
      edit,
      ...(baseline ? { baseline } : {}),
      startedAt,
      commit,
      environment,
      eventsPath: path.join(folder.finalPath, 'events.jsonl'),
    });
    const { primary_metric: metric } = report.metrics;
    if (metric.invalid || metric.degraded) {
      await event(
        'eval',
        'primary_metric_invalid',
        { pm_preview: metric.preview, pm_final: metric.final, reason: metric.degraded_reason },
        'WARNING',
      );
    }
    await event('eval', 'complete', {
      preview: metric.preview,
      final: metric.final,
      windows: report.metrics.eval_samples,
    });
    await event('runner', 'complete', {
      status: metric.invalid ? 'failed' : 'success',
      duration_s: evaluation.wallMs / 1000,
    });
    await event('logger', 'session_end', { session_id: log.sessionId });
    await files.writeAtomic(path.join(folder.workingPath, 'report.json'), writeJson(report));
    return report;
  };
}

async function writeCertificate(
  { files, clock, environment }: CertifyPorts,
  plan: CertifyPlan,
  run: {
    readonly baseline: RunReport;
    readonly subject: RunReport;
    readonly folders: { readonly baseline: RunFolder; readonly subject: RunFolder };
  },
): Promise<CertifyResult> {
  const generatedAt = clock.now();
  const reportPath = (folder: RunFolder) => path.join(folder.finalPath, 'report.json');
  const built = buildCertificate({
    subject: run.subject,
    baseline: run.baseline,
    generatedAt,
    toolVersion,
    environment: run.subject.meta.env_flags,
    tinyRelax: isTruthy(environment.INVARLOCK_TINY_RELAX),
    subjectReportPath: reportPath(run.folders.subject),
    baselineReportPath: reportPath(run.folders.baseline),
  });
  if (!built.value) {
    const reasons = built.findings.map(({ message }) => message).join(' ');
    throw new InvarLockError('U799', `The certificate could not be built: ${reasons}`);
  }
  const text = writeJson(built.value);
  // A certificate that our own verify would refuse must never be written; failed gates are its business to report.
  const verified = verifyCertificate(text, { profile: plan.settings.profile });
  if (verified.reason === 'malformed') {
    const reasons = verified.findings.map(({ message }) => message).join(' ');
    throw new InvarLockError('U799', `The certificate that was built is malformed: ${reasons}`);
  }
  const view = certificateView(built.value, { findings: verified.findings });
  const folder = plan.request.certOut.value;
  const paths = {
    baselineReport: reportPath(run.folders.baseline),
    subjectReport: reportPath(run.folders.subject),
    certificate: path.join(folder, 'evaluation.cert.json'),
    markdown: path.join(folder, 'evaluation_certificate.md'),
    html: path.join(folder, 'evaluation_certificate.html'),
    manifest: path.join(folder, 'manifest.json'),
  };
  const manifest = certificateManifest({
    certificate: built.value,
    view,
    generatedAt,
    files: {
      certificate_json: paths.certificate,
      certificate_markdown: paths.markdown,
      certificate_html: paths.html,
    },
  });
  await files.writeAtomic(paths.markdown, renderMarkdown(view));
  await files.writeAtomic(paths.html, renderHtml(view));
  await files.writeAtomic(paths.manifest, writeJson(manifest));
  await files.writeAtomic(paths.certificate, text);
  const { primary_metric: metric } = run.subject.metrics;
  return {
    view,
    passed: view.verdict === 'PASS',
    degradedReason:
      metric.invalid || metric.degraded ? (metric.degraded_reason ?? 'primary_metric_invalid') : undefined,
    paths,
  };
}
