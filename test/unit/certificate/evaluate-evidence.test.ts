import { expect, test } from 'vitest';
import {
  type Evidence,
  evaluateEvidence,
  validationFlags,
} from '../../../engine/certificate/evaluate-evidence.ts';
import type { IdentifiedLoss } from '../../../engine/metrics/paired-baseline.ts';
import { acceptanceRange, driftBand, gateLimits } from '../../../engine/policy/limits.ts';
import { tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';
import { golden, goldenCases, goldenDefects } from '../../fixtures/golden-cases.ts';

const defects = goldenDefects('evaluation/certificate_metrics');

// Skipped by input: accuracy, which is refused (EQ-02, EQ-04), pairs that the reference refuses to certify, and reports
// without windows or with a loss that is not finite, which have no metric of their own here (EQ-10, EQ-11).
const cases = goldenCases('evaluation/certificate_metrics').filter(({ input: { subject }, expected }) => {
  const losses: unknown[] = subject.evaluation_windows?.final?.logloss ?? [];
  const isMeasured = losses.length > 0 && losses.every(Number.isFinite);
  return isMeasured && expected.primary_metric?.kind.startsWith('ppl');
});

const named = cases.map((c) => [c.name, c] as const);

test.each(named)('metric, tail and gates of %s', (name, { input, expected }) => {
  const evidence = evidenceOf(input);
  const { primary_metric: metric, primary_metric_tail: tail, validation } = expected;
  expectClose(
    [evidence.previewMean, evidence.finalMean, evidence.final, evidence.ratio],
    [metric.analysis_point_preview, metric.analysis_point_final, metric.final, metric.ratio_vs_baseline],
  );
  expect(evidence.unstable).toBe(metric.unstable ?? false);
  const { stats, ...rest } = tail;
  expect(evidence.tail).toMatchObject(rest);
  const names = Object.keys(stats).filter((key) => typeof stats[key] === 'number');
  expectClose(
    names.map((key) => evidence.tail.stats[key as 'max']),
    names.map((key) => stats[key]),
  );
  // The upper bound decides as well, where the reference looks at the point alone.
  const isAcceptable = validation.primary_metric_acceptable && !isFixed(name, 'EQ-05');
  const flags = validationFlags(evidence.gates);
  expect(flags).toMatchObject({
    primary_metric_acceptable: isAcceptable,
    preview_final_drift_acceptable: validation.preview_final_drift_acceptable,
  });
  expect(flags.primary_metric_tail_acceptable ?? true).toBe(validation.primary_metric_tail_acceptable);
});

test.each(named)('interval and confidence of %s', (name, { input, expected }) => {
  const { comparison, confidence } = evidenceOf(input);
  // Without pairs or replicates the reference shows the drift's interval as if it compared with the baseline.
  if (isFixed(name, 'EQ-06')) {
    expect(comparison.ratioInterval).toBeUndefined();
    expect(confidence).toMatchObject({ label: 'Low', width: null });
    return;
  }
  const { ci, display_ci } = expected.primary_metric;
  expectClose(
    [...(comparison.deltaInterval ?? []), ...(comparison.ratioInterval ?? [])],
    [...ci, ...display_ci],
  );
  const { width, ...label } = expected.confidence;
  expect(confidence).toMatchObject(label);
  expectClose([confidence.width], [width]);
});

// biome-ignore lint/suspicious/noExplicitAny: the reports are the reference's.
function evidenceOf({ subject, baseline }: any): Evidence {
  const tier = tierNamed(subject.meta.auto.tier) ?? 'balanced';
  const { metrics } = tierPolicies[tier];
  const { context, meta } = subject;
  const { bootstrap } = subject.metrics;
  return evaluateEvidence({
    kind: subject.metrics.primary_metric.kind,
    preview: identified(subject.evaluation_windows.preview),
    final: identified(subject.evaluation_windows.final),
    baselineFinal: identified(baseline.evaluation_windows.final),
    bootstrap,
    limits: gateLimits({
      tier,
      metrics,
      targetPmRatio: meta.auto.target_pm_ratio,
      acceptanceRange: acceptanceRange([
        context.primary_metric?.acceptance_range,
        context.pm_acceptance_range,
        meta.pm_acceptance_range,
      ]),
      driftBand: driftBand([context.primary_metric?.drift_band, context.pm_drift_band, meta.pm_drift_band]),
    }),
    metrics,
    tokensAvailable: undefined,
    coverageOk: bootstrap.coverage.preview.ok && bootstrap.coverage.final.ok,
  });
}

function isFixed(name: string, defect: string): boolean {
  return (defects[name] ?? []).includes(defect);
}

function identified(records: Readonly<Record<string, readonly unknown[]>>): IdentifiedLoss[] {
  const { window_ids: ids = [], logloss = [], token_counts: counts = [] } = records;
  return ids.map((id, index) => ({
    id: golden(id),
    loss: golden(logloss[index]),
    weight: golden(counts[index]),
  }));
}

function expectClose(actual: readonly unknown[], expected: readonly number[]): void {
  const near = expected.map((wanted, index) => {
    const value = golden(actual[index]);
    return Math.abs(value - wanted) <= 1e-12 + 1e-9 * Math.abs(wanted) ? wanted : value;
  });
  expect(near).toEqual(expected);
}
