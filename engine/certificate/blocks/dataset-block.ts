import { numberAt } from '../../core/json-access.ts';
import type { BlockInputs } from '../build-certificate.ts';
import type { CertificateDataset } from '../certificate-types.ts';
import { datasetIdentity } from '../dataset-identity.ts';

/** The data and its windows (spec 04 §2.3.3). */
export function datasetBlock({ subject, evidence }: BlockInputs): CertificateDataset {
  const { windows, hash, tokenizer, ...identity } = datasetIdentity(subject);
  const { preview, final, seed } = windows;
  return {
    ...identity,
    hash: { ...hash },
    tokenizer: { ...tokenizer },
    ...(subject.data.hub ? { hub: subject.data.hub } : {}),
    windows: {
      preview,
      final,
      ...(seed !== null && Number.isSafeInteger(seed) ? { seed } : {}),
      stats: windowStatistics(subject, evidence.comparison.pairs),
    },
  };
}

/** Two counts of pairs: the run's own, as in the reference, and the windows that pair with the baseline (CQ-12). */
function windowStatistics(
  { metrics, data, evaluation_windows: windows }: BlockInputs['subject'],
  baselinePairs: number,
): CertificateDataset['windows']['stats'] {
  const capacity = metrics.window_capacity ?? data.window_capacity;
  const available = capacity?.total_tokens;
  const examples = windows.final.examples && examplesAvailable(capacity);
  // Reports of other tools may lack the counts.
  const stats: Partial<typeof metrics.stats> = metrics.stats ?? {};
  const counted = { preview: windows.preview.window_ids.length, final: windows.final.window_ids.length };
  const requested = {
    preview: stats.requested_preview ?? data.preview_n ?? counted.preview,
    final: stats.requested_final ?? data.final_n ?? counted.final,
  };
  const actual = {
    preview: stats.actual_preview ?? counted.preview,
    final: stats.actual_final ?? counted.final,
  };
  return {
    requested_preview: requested.preview,
    requested_final: requested.final,
    actual_preview: actual.preview,
    actual_final: actual.final,
    coverage_ok:
      stats.coverage_ok ?? (actual.preview >= requested.preview && actual.final >= requested.final),
    coverage: metrics.bootstrap.coverage,
    bootstrap: metrics.bootstrap,
    paired_delta_summary: metrics.paired_delta_summary,
    window_match_fraction: metrics.window_match_fraction,
    window_overlap_fraction: metrics.window_overlap_fraction,
    window_pairing_reason: metrics.window_pairing_reason,
    pairing: baselinePairs >= 2 ? 'paired_baseline' : 'none',
    paired_windows: metrics.paired_windows,
    paired_baseline_windows: baselinePairs,
    ...(typeof available === 'number' ? { tokens_available: available } : {}),
    ...(examples === undefined ? {} : { examples_available: examples }),
  };
}

/** Examples that the data could give, from a run's capacity: the first that is known (spec 02 §7.4). */
export function examplesAvailable(capacity: unknown): number | undefined {
  const keys = ['available_unique', 'available_nonoverlap', 'candidate_limit'];
  return keys.map((key) => numberAt(capacity, key)).find((count) => count !== undefined);
}
