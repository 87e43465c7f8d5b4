import { valueAt } from '../../core/json-access.ts';
import { classification } from '../../metrics/classification.ts';
import type { Confidence } from '../../policy/confidence.ts';
import type { BlockInputs } from '../build-certificate.ts';
import type { Certificate, CertificateMetric } from '../certificate-types.ts';
import type { Evidence } from '../evaluate-evidence.ts';
import { reportBands } from '../report-bands.ts';

/**
 * The metric against the baseline (spec 04 §2.4.2). Without pairs there is no interval: the subject's own drift from
 * preview to final says nothing about the baseline (CQ-11).
 */
export function primaryMetricBlock({ subject, evidence }: BlockInputs): CertificateMetric {
  const metric = subject.metrics.primary_metric;
  const { deltaInterval, ratioInterval, pairs } = evidence.comparison;
  const reason = degradedReason(metric.degraded_reason, evidence.final, evidence.preview, evidence.ratio);
  const gate = evidence.gates.find(({ name }) => name === 'primary_metric_acceptable');
  const { acceptanceRange, driftBand } = reportBands(subject);
  return {
    ...metric,
    preview: evidence.preview,
    final: evidence.final,
    ratio_vs_baseline: evidence.ratio,
    // What the gate compared, which is the point alone where there are no pairs (spec 02 EQ-05).
    gating_basis: gate?.basis ?? metric.gating_basis,
    invalid: metric.invalid || evidence.final === null || evidence.preview === null,
    degraded: metric.degraded || reason !== undefined,
    ...(reason === undefined ? {} : { degraded_reason: reason }),
    ...(evidence.unstable ? { unstable: true } : {}),
    ...(evidence.accuracy
      ? accuracyFacts(evidence.accuracy)
      : {
          analysis_basis: 'mean_logloss',
          analysis_point_preview: evidence.previewMean,
          analysis_point_final: evidence.finalMean,
        }),
    pairing: pairs >= 2 ? 'paired_baseline' : 'none',
    paired_baseline_windows: pairs,
    ...(deltaInterval && ratioInterval ? { ci: deltaInterval, display_ci: ratioInterval } : {}),
    ...(acceptanceRange ? { acceptance_range: acceptanceRange } : {}),
    ...(driftBand ? { drift_band: driftBand } : {}),
  };
}

/** What only an accuracy has: its difference in points, and what is behind it (spec 04 CQ-09). */
export function accuracyFacts({
  deltaPp,
  lost,
  gained,
  pValue,
  interval,
}: NonNullable<Evidence['accuracy']>): Readonly<Record<string, unknown>> {
  return {
    delta_pp: deltaPp,
    mcnemar: { lost, gained, p_value: pValue },
    ...(interval ? { interval_method: 'percentile' } : {}),
  };
}

/** The counts of an accuracy, so that other tools can check its value (spec 04 CQ-05). */
export function classificationBlock({ subject }: BlockInputs): Pick<Certificate, 'metrics'> {
  const { preview, final } = subject.evaluation_windows;
  if (!preview.examples || !final.examples) return {};
  const isNormalized = valueAt(subject, 'metrics', 'classification', 'length_normalized') === true;
  const arms = { preview: preview.examples, final: final.examples };
  return { metrics: { classification: classification(arms, isNormalized) } };
}

/** The width is absent when there is no interval. */
export function confidenceBlock({ width, ...rest }: Confidence): Readonly<Record<string, unknown>> {
  return width === null ? rest : { ...rest, width };
}

function degradedReason(
  recorded: string | undefined,
  final: number | null,
  preview: number | null,
  ratio: number | null,
): string | undefined {
  if (recorded !== undefined) return recorded;
  if (final === null || preview === null) return 'non_finite_pm';
  return ratio === null ? 'non_finite_delta' : undefined;
}
