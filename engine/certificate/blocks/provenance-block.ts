import { scheduleDigest } from '../../digests/window-digests.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { BlockInputs } from '../build-certificate.ts';
import { editDigest, reportContentSha256, reportHash, runId } from '../report-identity.ts';
import { policyProvenance } from './policy-blocks.ts';

/** What ties the certificate to its two runs, their data and the policy (spec 04 §2.3.12, CQ-15). */
export function provenanceBlock(inputs: BlockInputs): Readonly<Record<string, unknown>> {
  const { subject, baseline, environment, tinyRelax } = inputs;
  const windowIds = scheduleDigest(subject.evaluation_windows.final.window_ids);
  const plan = subject.metrics.window_plan ?? subject.data.window_plan;
  return {
    policy: policyProvenance(inputs),
    baseline: runReference(baseline, inputs.baselineReportPath),
    edited: runReference(subject, inputs.subjectReportPath),
    env_flags: environment,
    provider_digest: subject.provenance.provider_digest,
    dataset_split: subject.provenance.dataset_split,
    split_fallback: subject.provenance.split_fallback,
    ...(plan ? { window_plan: plan } : {}),
    window_ids_digest: windowIds,
    window_plan_digest: windowIds,
    edit_digest: editDigest(subject.edit),
    ...(tinyRelax ? { flags: ['tiny_relax'] } : {}),
  };
}

function runReference(report: RunReport, path: string | undefined) {
  return {
    run_id: runId({ ...report.meta }),
    report_hash: reportHash(report),
    report_content_sha256: reportContentSha256(report),
    report_path: path ?? '',
    preview_hash: report.data.preview_hash,
    final_hash: report.data.final_hash,
    dataset_hash: report.data.dataset_hash,
  };
}
