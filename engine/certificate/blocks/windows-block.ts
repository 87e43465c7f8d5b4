import type { IdentifiedLoss } from '../../metrics/paired-baseline.ts';
import type { RunReport, WindowRecords } from '../../report/run-report.ts';
import type { CertificateWindows, WindowLosses } from '../certificate-types.ts';

/** The losses of both models, so that `verify` can compute every number again (spec 04 CQ-03). */
export function certificateWindows(reports: {
  readonly subject: RunReport;
  readonly baseline: RunReport;
}): CertificateWindows {
  const { preview, final } = reports.subject.evaluation_windows;
  return {
    preview: windowLosses(preview),
    final: windowLosses(final),
    baseline: { final: windowLosses(reports.baseline.evaluation_windows.final) },
  };
}

/** A run's windows as the metrics take them. */
export function identifiedLosses(records: WindowRecords): readonly IdentifiedLoss[] {
  return records.window_ids.map((id, index) => ({
    id,
    loss: records.logloss[index] ?? null,
    weight: records.token_counts[index] ?? 0,
  }));
}

function windowLosses({ window_ids, logloss, token_counts }: WindowRecords): WindowLosses {
  return { window_ids, logloss, token_counts };
}
