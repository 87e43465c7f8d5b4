import { InvarLockError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { RunReport } from '../report/run-report.ts';
import { certificateOfReports } from './certificate-of-reports.ts';
import type { OnProgress } from './certify-progress.ts';
import type { PlannedEdit } from './planned-edit.ts';
import type { RunPlan } from './prepare-run.ts';
import type { Attempt } from './retry.ts';
import type { CertifyPorts } from './run-certify.ts';
import { type RunResult, runSingle } from './run-single.ts';
import { weakerEdit } from './weaker-edit.ts';

/** A plan that can be tried again: it applies an edit, and has a baseline to compare with. */
export interface RetryPlan extends RunPlan {
  readonly edit: PlannedEdit;
  readonly baselineReport: RunReport;
}

interface AttemptResult extends Attempt, RunResult {}

export interface UntilPassResult {
  readonly attempts: readonly AttemptResult[];
  /** Why there was no further attempt. */
  readonly outcome: 'passed' | 'attempts_exhausted' | 'no_weaker_edit' | 'time_limit';
}

/**
 * Applies an edit and measures the result, then a less aggressive one, until every gate of the certificate would pass
 * (spec 01 §3.4.3, Q-09). Every attempt has a folder of its own, and says in its edit block which ones came before it. The
 * time limit ends the attempt that it meets, which leaves nothing, and keeps those before it.
 */
export async function runUntilPass(
  ports: CertifyPorts,
  plan: RetryPlan,
  maximumAttempts: number,
  onProgress: OnProgress,
): Promise<UntilPassResult> {
  const attempts: AttemptResult[] = [];
  let edit: PlannedEdit | undefined = plan.edit;
  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    const earlier = attempts.map(withoutReport);
    const retry = { attempt, max_attempts: maximumAttempts, earlier };
    let result: RunResult;
    try {
      result = await runSingle(ports, { ...plan, edit, retry }, onProgress);
    } catch (error) {
      const isLate = error instanceof InvarLockError && error.code === 'U711';
      if (isLate && attempts.length > 0) return { attempts, outcome: 'time_limit' };
      throw error;
    }
    const judged = { ...judge(ports, plan, result), attempt, edit: edit.plan.name, plan: edit.plan.record };
    attempts.push({ ...judged, ...result });
    if (judged.passed) return { attempts, outcome: 'passed' };
    const next = weakerEdit(edit);
    if (!next) return { attempts, outcome: 'no_weaker_edit' };
    edit = next;
    const failed = judged.failed_gates.join(', ') || 'no gate could be decided';
    const more = attempt < maximumAttempts ? ` Next: ${edit.plan.name}.` : '';
    onProgress({
      kind: 'notice',
      about: 'edit',
      text: `Attempt ${attempt} does not pass (${failed}).${more}`,
    });
  }
  return { attempts, outcome: 'attempts_exhausted' };
}

/** What the certificate of the two reports would say. */
function judge(
  { clock, environment }: { readonly clock: Clock; readonly environment: CertifyPorts['environment'] },
  { baselineReport, settings }: RetryPlan,
  { report, reportFile }: RunResult,
): Pick<Attempt, 'passed' | 'ratio_vs_baseline' | 'failed_gates'> {
  const { value: certificate, findings } = certificateOfReports(
    {
      baseline: baselineReport,
      subject: report,
      baselineReportPath: '',
      subjectReportPath: reportFile,
      policy: settings.policy,
      policyOverrides: settings.policyOverrides,
      environment,
    },
    clock.now(),
  );
  if (!certificate) {
    const first = findings.find(({ severity }) => severity === 'error');
    const why = findings.map(({ message }) => message).join(' ');
    throw new InvarLockError(first?.code ?? 'U799', `The attempt in ${reportFile} cannot be judged: ${why}`);
  }
  const flags = Object.entries(certificate.validation);
  const failed = flags.filter(([, passed]) => !passed).map(([name]) => name);
  const { invalid } = report.metrics.primary_metric;
  return {
    passed: flags.length > 0 && failed.length === 0 && !invalid,
    ratio_vs_baseline: report.metrics.primary_metric.ratio_vs_baseline,
    failed_gates: failed.sort(),
  };
}

function withoutReport({ report: _, reportFile: __, ...attempt }: AttemptResult): Attempt {
  return attempt;
}
