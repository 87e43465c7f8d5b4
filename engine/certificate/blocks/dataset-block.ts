import type { BlockInputs } from '../build-certificate.ts';
import type { CertificateDataset } from '../certificate-types.ts';

/** The data and its windows (spec 04 §2.3.3). */
export function datasetBlock({ subject, evidence }: BlockInputs): CertificateDataset {
  const { data } = subject;
  return {
    provider: data.dataset,
    split: data.split,
    seq_len: data.seq_len,
    stride: data.stride,
    windows: {
      preview: data.preview_n,
      final: data.final_n,
      ...(Number.isSafeInteger(data.seed) ? { seed: data.seed } : {}),
      stats: windowStatistics(subject, evidence.comparison.pairs),
    },
    hash: {
      preview: `blake2s:${data.preview_hash}`,
      final: `blake2s:${data.final_hash}`,
      dataset: data.dataset_hash,
      total_tokens: data.preview_total_tokens + data.final_total_tokens,
      preview_tokens: data.preview_total_tokens,
      final_tokens: data.final_total_tokens,
    },
    tokenizer: {
      name: data.tokenizer_name,
      hash: data.tokenizer_hash,
      vocab_size: data.vocab_size,
      bos_token: data.bos_token,
      eos_token: data.eos_token,
      pad_token: data.pad_token,
      add_prefix_space: data.add_prefix_space,
    },
  };
}

/** Two counts of pairs: the run's own, as in the reference, and the windows that pair with the baseline (CQ-12). */
function windowStatistics(
  { metrics, data }: BlockInputs['subject'],
  baselinePairs: number,
): CertificateDataset['windows']['stats'] {
  const available = (metrics.window_capacity ?? data.window_capacity)?.total_tokens;
  return {
    requested_preview: metrics.stats.requested_preview,
    requested_final: metrics.stats.requested_final,
    actual_preview: metrics.stats.actual_preview,
    actual_final: metrics.stats.actual_final,
    coverage_ok: metrics.stats.coverage_ok,
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
  };
}
