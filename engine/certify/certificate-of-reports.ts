import { buildCertificate } from '../certificate/build-certificate.ts';
import type { Certificate } from '../certificate/certificate-types.ts';
import type { Checked } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { TierPolicy } from '../policy/tiers.ts';
import type { RunReport } from '../report/run-report.ts';
import { toolVersion } from '../version.ts';

export interface ReportsToCertify {
  readonly baseline: RunReport;
  readonly subject: RunReport;
  readonly baselineReportPath: string;
  readonly subjectReportPath: string;
  /** What decides the gates, and the names of the values that override the tier. Default: what the report records. */
  readonly policy?: TierPolicy;
  readonly policyOverrides?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The certificate of two reports, as certify and the report commands make it. */
export function certificateOfReports(reports: ReportsToCertify, generatedAt: Date): Checked<Certificate> {
  return buildCertificate({
    subject: reports.subject,
    baseline: reports.baseline,
    generatedAt,
    toolVersion,
    environment: reports.subject.meta.env_flags,
    tinyRelax: isTruthy(reports.environment.INVARLOCK_TINY_RELAX),
    ...(reports.policy && { policy: reports.policy }),
    ...(reports.policyOverrides && { policyOverrides: reports.policyOverrides }),
    subjectReportPath: reports.subjectReportPath,
    baselineReportPath: reports.baselineReportPath,
  });
}
