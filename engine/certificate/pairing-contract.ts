import type { Finding, Severity } from '../core/findings.ts';
import { tierNamed } from '../policy/tiers.ts';
import type { RunReport } from '../report/run-report.ts';
import type { Evidence } from './evaluate-evidence.ts';
import { pairingProblems } from './pairing-problems.ts';

/**
 * Were both models evaluated on the same windows, and on enough of them? (spec 04 §2.1, step 5) Errors under ci and
 * release, where no certificate is made; elsewhere warnings. The strictest profile named anywhere counts (CQ-43).
 */
export function pairingFindings(subject: RunReport, baseline: RunReport): readonly Finding[] {
  const severity: Severity = isStrictRun(subject) || isStrictRun(baseline) ? 'error' : 'warning';
  const problem = (code: 'E001' | 'E002' | 'E005', pointer: string, message: string): Finding => ({
    code,
    severity,
    pointer,
    message,
  });
  const tier = tierNamed(subject.meta.auto.tier) ?? 'balanced';
  const findings = pairingProblems(windowStatistics(subject), tier).map(({ code, pointer, message }) =>
    problem(code, `/metrics${pointer}`, message),
  );
  for (const arm of ['preview', 'final'] as const) {
    if (subject.data[`${arm}_hash`] === baseline.data[`${arm}_hash`]) continue;
    const message = `The ${arm} windows of subject and baseline have different token ids.`;
    findings.push(problem('E001', `/data/${arm}_hash`, message));
  }
  if (subject.meta.tokenizer_hash !== baseline.meta.tokenizer_hash) {
    findings.push(problem('E002', '/meta/tokenizer_hash', 'Subject and baseline have different tokenizers.'));
  }
  return findings;
}

function windowStatistics({ metrics }: RunReport): Readonly<Record<string, unknown>> {
  const { bootstrap, stats, window_pairing_reason: reason } = metrics;
  return { ...metrics, ...stats, window_pairing_reason: reason, coverage: bootstrap.coverage };
}

/** A metric that cannot certify anything: still written, and refused by every profile that runs in CI (spec 02 §7.6). */
export function metricFindings(subject: RunReport, evidence: Evidence): readonly Finding[] {
  const metric = subject.metrics.primary_metric;
  if (!metric.invalid && !metric.degraded && evidence.final !== null && evidence.ratio !== null) return [];
  const severity = ['ci', 'ci_cpu', 'release'].includes(profileOf(subject)) ? 'error' : 'warning';
  const reason = metric.degraded_reason ?? (evidence.final === null ? 'non_finite_pm' : 'non_finite_delta');
  const message = `The primary metric of the subject is not usable: ${reason}.`;
  return [{ code: 'E111', severity, pointer: '/metrics/primary_metric', message }];
}

function isStrictRun(report: RunReport): boolean {
  const planned = report.metrics.window_plan?.profile ?? report.data.window_plan?.profile;
  return [profileOf(report), planned].some((profile) => profile === 'ci' || profile === 'release');
}

function profileOf(report: RunReport): string {
  return report.context.profile.trim().toLowerCase();
}
