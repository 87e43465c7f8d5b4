import type { RunReport, WindowRecords } from '../../../engine/report/run-report.ts';
import type { Golden } from '../parity-types.ts';

/** What the reference's report has in `data` and `metrics`, without times and memory. */
const METRICS = [
  'primary_metric',
  'primary_metric_tail',
  'window_plan',
  'window_capacity',
  'stats',
  'logloss_preview',
  'logloss_final',
  'logloss_delta',
  'logloss_preview_ci',
  'logloss_final_ci',
  'logloss_delta_ci',
  'bootstrap',
  'window_overlap_fraction',
  'window_match_fraction',
  'window_pairing_reason',
  'window_pairing_preview',
  'window_pairing_final',
  'paired_windows',
  'paired_delta_summary',
  'preview_total_tokens',
  'final_total_tokens',
  'masked_tokens_total',
  'masked_tokens_preview',
  'masked_tokens_final',
  'reduction',
  'loss_type',
];

/** The parts of our report that the golden runs hold; `expected` only says whether the windows are summed up. */
export function comparableReport(report: RunReport, expected: Golden, isPinned: boolean): Golden {
  const { data, metrics, provenance, dataset, flags, meta } = report;
  const { primary_metric_tail: tail, paired_delta_summary: drift } = metrics;
  const picked = Object.fromEntries(METRICS.map((key) => [key, metrics[key]]));
  return {
    data: dataOf(data, isPinned),
    provenance,
    metrics: {
      ...picked,
      paired_delta_summary: { ...drift, degenerate_reason: drift.degenerate_reason ?? null },
      // The reference says where the pairs are from.
      ...(tail ? { primary_metric_tail: { ...tail, source: 'paired_baseline.final' } } : {}),
    },
    dataset_windows: dataset?.windows,
    evaluation_windows: {
      preview: windowsOf(report.evaluation_windows.preview, expected?.evaluation_windows.preview),
      final: windowsOf(report.evaluation_windows.final, expected?.evaluation_windows.final),
    },
    meta_tokenizer_hash: meta.tokenizer_hash,
    meta_seeds: meta.seeds,
    flags,
  };
}

/** A pinned subject takes over what its baseline has and is not null, and selects nothing. */
function dataOf({ seed: _, ...data }: RunReport['data'], isPinned: boolean): Golden {
  if (!isPinned) return data;
  const { stratification: _one, scorer_profile: _two, ...taken } = data;
  return Object.fromEntries(Object.entries(taken).filter(([, value]) => value !== null));
}

/** Of long runs the file holds only some numbers. */
function windowsOf(records: WindowRecords, expected: Golden): Golden {
  if (!expected || !('n' in expected)) return records;
  const ids = records.window_ids;
  return {
    window_ids_first_last: [ids[0], ids.at(-1)],
    n: ids.length,
    logloss_first3: records.logloss.slice(0, 3),
    token_counts_first5: records.token_counts.slice(0, 5),
  };
}
