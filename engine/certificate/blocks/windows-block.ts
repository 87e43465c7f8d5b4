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
    baseline: {
      preview: windowLosses(reports.baseline.evaluation_windows.preview),
      final: windowLosses(reports.baseline.evaluation_windows.final),
    },
  };
}

/** A run's windows as the metrics take them. */
export function identifiedLosses(records: WindowRecords): readonly IdentifiedLoss[] {
  return records.window_ids.map((id, index) => ({
    id,
    loss: finite(records.logloss[index]),
    weight: records.token_counts[index] ?? 0,
    ...(weighsAsAttended(records) ? {} : { tokens: records.actual_token_counts[index] ?? 0 }),
  }));
}

function windowLosses(records: WindowRecords): WindowLosses {
  const { window_ids, logloss, token_counts, actual_token_counts } = records;
  return {
    window_ids,
    logloss: logloss.map(finite),
    token_counts,
    ...(weighsAsAttended(records) ? {} : { actual_token_counts }),
    ...(records.examples ? { examples: records.examples } : {}),
  };
}

/** True of causal windows; reports of other tools may not count attended tokens by themselves. */
function weighsAsAttended({ token_counts: weights, actual_token_counts: attended }: WindowRecords): boolean {
  if (attended?.length !== weights.length) return true;
  return weights.every((weight, index) => weight === attended[index]);
}

/** Reports of the reference spell a loss that does not exist as NaN or infinite (spec 02 EQ-11). */
function finite(loss: number | null | undefined): number | null {
  return Number.isFinite(loss) ? (loss ?? null) : null;
}
