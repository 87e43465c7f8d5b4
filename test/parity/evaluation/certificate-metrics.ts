import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import type { Certificate } from '../../../engine/certificate/certificate-types.ts';
import type { Checked, Finding } from '../../../engine/core/findings.ts';
import { isTruthy } from '../../../engine/core/is-truthy.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { NAMED } from './gates.ts';
import { revived } from './revived.ts';

/** From two reports to what a certificate says of the metric, its interval, its gates and its windows (spec 02 §5.4, §7). */
export const certificateMetrics = goldenCases(certify, { tolerance: { relative: 1e-9, absolute: 1e-12 } });

/** `INVARLOCK_BOOTSTRAP_BCA` counts from so many windows on. */
const BCA_WINDOWS = 200;

function certify(input: Golden, expected: Golden): Golden {
  const { value, findings } = certified(revived(input));
  if (value) return comparable(value);
  // Sentences are the reference's own: it names the value of the statistic that stops it.
  const stopped = findings.find(({ severity }) => severity === 'error');
  return stopped && isNamed(stopped, expected) ? expected : { error: stopped };
}

/** The reference's sentence has to name what stops ours. */
function isNamed({ code, pointer = '' }: Finding, { error, message = '' }: Golden): boolean {
  const [, field] = Object.entries(NAMED).find(([name]) => pointer.includes(`/${name}`)) ?? [];
  return !!error && /^E00\d$/u.test(code) && field?.test(message) === true;
}

/** The certificate of two reports under an environment. */
export function certified({ subject, baseline, env }: Golden): Checked<Certificate> {
  return buildCertificate({
    subject: withRecordedMethod(subject, env),
    baseline,
    generatedAt: new Date(0),
    environment: {},
    toolVersion: '0.0.0',
    tinyRelax: isTruthy(env.INVARLOCK_TINY_RELAX),
  });
}

/** Here the switch counts when a run is configured, so its report says so. */
function withRecordedMethod(subject: Golden, env: Golden): Golden {
  const { bootstrap } = subject.metrics;
  const windows = subject.evaluation_windows?.final?.window_ids?.length ?? 0;
  if (!isTruthy(env.INVARLOCK_BOOTSTRAP_BCA) || windows < BCA_WINDOWS) return subject;
  const method = 'bca_paired_delta_log';
  return { ...subject, metrics: { ...subject.metrics, bootstrap: { ...bootstrap, method } } };
}

const METRIC = [
  'kind',
  'unit',
  'direction',
  'aggregation_scope',
  'paired',
  'gating_basis',
  'supports_bootstrap',
  'preview',
  'final',
  'ratio_vs_baseline',
  'invalid',
  'degraded',
  'degraded_reason',
  'unstable',
  'analysis_basis',
  'analysis_point_preview',
  'analysis_point_final',
  'ci',
  'display_ci',
  'drift_band',
  'reps',
  'ci_level',
  'n_preview',
  'n_final',
  'counts_source',
  'estimated',
];

const STATISTICS = [
  'requested_preview',
  'requested_final',
  'actual_preview',
  'actual_final',
  'coverage_ok',
  'coverage',
  'bootstrap',
  'paired_delta_summary',
  'window_match_fraction',
  'window_overlap_fraction',
  'pairing',
  'paired_windows',
];

/** The parts that the file holds, under the reference's names. */
function comparable(certificate: Certificate): Golden {
  const { dataset, provenance, primary_metric_tail: tail } = certificate;
  const { windows } = dataset;
  return {
    primary_metric: pick(certificate.primary_metric, METRIC),
    // What did not run has no flag here; the reference writes true.
    validation: {
      invariants_pass: true,
      spectral_stable: true,
      rmt_stable: true,
      guard_overhead_acceptable: true,
      primary_metric_tail_acceptable: true,
      ...certificate.validation,
    },
    window_stats: { ...windows, seed: windows.seed ?? null, stats: pick(windows.stats, STATISTICS) },
    primary_metric_tail: { ...tail, source: 'paired_baseline.final' },
    baseline_ref: pick(certificate.baseline_ref, ['model_id', 'primary_metric', 'tokenizer_hash']),
    confidence: certificate.confidence,
    telemetry: certificate.telemetry,
    provider_digest: provenance.provider_digest,
    window_ids_digest: provenance.window_ids_digest ?? null,
    dataset_hash: dataset.hash,
  };
}

const METRIC_FLAGS = [
  'preview_final_drift_acceptable',
  'primary_metric_acceptable',
  'primary_metric_tail_acceptable',
  'hysteresis_applied',
];

/** The same of any certificate, without what guards decide, and with what says where it is from. */
export function certificateParts(certificate: Golden): Golden {
  const { validation, window_stats: windows, ...parts } = comparable(certificate);
  const { dataset, auto, policy_digest: policy } = certificate;
  const { summary_line: _, ...telemetry } = certificate.telemetry;
  return {
    ...parts,
    telemetry,
    validation: pick(validation, METRIC_FLAGS),
    window_stats: windows,
    dataset: pick(dataset, ['provider', 'split', 'seq_len', 'stride', 'tokenizer']),
    auto: pick(auto, ['tier', 'probes_used', 'target_pm_ratio']),
    thresholds_hash: policy?.thresholds_hash,
    run_id: certificate.run_id,
  };
}

function pick(value: Golden, keys: readonly string[]): Golden {
  return Object.fromEntries(keys.filter((key) => key in value).map((key) => [key, value[key]]));
}
