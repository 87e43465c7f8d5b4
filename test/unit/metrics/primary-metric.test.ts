import { expect, test } from 'vitest';
import {
  finiteRatio,
  perplexity,
  type WeightedLoss,
  weightedMeanLogloss,
} from '../../../engine/metrics/aggregate.ts';
import { type PplKind, pplKinds, pplPrimaryMetric } from '../../../engine/metrics/primary-metric.ts';
import { golden, goldenCases, goldenUnits } from '../../fixtures/golden-cases.ts';

const cases = goldenCases('evaluation/primary_metric');
const isPpl = (kind: unknown): kind is PplKind => pplKinds.some((known) => known === kind);

// Skipped by input: accuracy, which no run of this version measures (EQ-02), and losses that are texts. Where a loss is
// not finite the reference takes the mean of the others and this metric says that there is none (EQ-10, EQ-11).
const points = cases.filter(
  ({ input: { op, kind, windows } }) => op === 'point_from_windows' && isPpl(kind) && isTyped(windows),
);

test.each(points.map((c) => [c.name, c] as const))('%s', (_, { input, expected }) => {
  const actual = pointOf(input.kind, input.windows);
  const hasGap = (input.windows.logloss ?? []).some((loss: unknown) => !Number.isFinite(golden(loss)));
  if (hasGap) expect(actual).toBeNull();
  else expectClose(actual, expected.point);
});

// Skipped by input: a loss that is not finite among others (EQ-11, as above), and accuracy.
const reports = [
  ...cases.filter(({ input }) => input.op === 'compute_primary_metric_from_report'),
  ...goldenUnits('primary_metric_from_report').map(({ primary_metric: expected, ...input }, index) => ({
    name: `unit ${index}: ${input.kind}`,
    input,
    expected,
  })),
].filter(({ input: { kind, report } }) => {
  const arms: GoldenWindows[] = Object.values(report.evaluation_windows ?? {});
  return isPpl(kind) && arms.every(({ logloss = [] }) => logloss.every(Number.isFinite));
});

test.each(reports.map((c) => [c.name, c] as const))('%s', (_, { input, expected }) => {
  const windows = input.report.evaluation_windows ?? {};
  const reference = input.baseline?.metrics?.primary_metric;
  const comparable = reference && isPpl(String(reference.kind).toLowerCase());
  const metric = pplPrimaryMetric({
    kind: input.kind,
    preview: pointOf(input.kind, windows.preview ?? {}),
    final: pointOf(input.kind, windows.final ?? {}),
    ...(comparable ? { baselineFinal: golden(reference.final) } : {}),
  });
  const { preview, final, ratio_vs_baseline: ratio, degraded, degraded_reason: reason, ...facts } = expected;
  expect(metric).toMatchObject(facts);
  expectClose(metric.preview, preview);
  expectClose(metric.final, final);
  // An infinite baseline makes the reference's ratio 0; it is no ratio.
  const infinite = comparable && !Number.isFinite(golden(reference.final));
  expectClose(metric.ratio_vs_baseline, infinite ? 'NaN' : ratio);
  expect([metric.degraded, metric.degraded_reason]).toEqual(
    infinite ? [true, 'non_finite_delta'] : [degraded, reason],
  );
});

test.each([
  ['is missing', { preview: null, final: 2, degenerateDrift: 'no_pairs' }, 'non_finite_pm'],
  ['has no ratio', { preview: 1, final: 2, baselineFinal: 0 }, 'non_finite_delta'],
  [
    'has a degenerate drift',
    { preview: 1, final: 2, degenerateDrift: 'single_pair' },
    'degenerate_delta:single_pair',
  ],
  ['is sound', { preview: 1, final: 2, baselineFinal: 2 }, undefined],
] as const)('a metric that %s', (_, inputs, reason) => {
  const metric = pplPrimaryMetric({ kind: 'ppl_causal', ...inputs });
  // A ratio that does not exist degrades the metric and leaves it valid.
  const isInvalid = reason !== undefined && reason !== 'non_finite_delta';
  expect([metric.invalid, metric.degraded]).toEqual([isInvalid, reason !== undefined]);
  expect(metric.degraded_reason).toBe(reason);
});

test.each<[string, WeightedLoss[], number | null]>([
  ['nothing', [], null],
  ['a loss that is not finite', [weighted(1, 2), weighted(null, 2)], null],
  ['no positive weight', [weighted(1, 0), weighted(2, -1)], null],
  ['windows without weight among others', [weighted(1, 1), weighted(5, 0), weighted(3, 3)], 2.5],
])('the mean log-loss of %s', (_, windows, expected) => {
  expect(weightedMeanLogloss(windows)).toBe(expected);
});

test('a perplexity that no number holds is none (EQ-54)', () => {
  expect([perplexity(800), perplexity(null), perplexity(0)]).toEqual([null, null, 1]);
  expect([finiteRatio(1, 0), finiteRatio(null, 1), finiteRatio(3, 2)]).toEqual([null, null, 1.5]);
});

function weighted(loss: number | null, weight: number): WeightedLoss {
  return { loss, weight };
}

interface GoldenWindows {
  readonly logloss?: unknown[];
  readonly token_counts?: unknown[];
  readonly masked_token_counts?: unknown[];
}

/** Masked counts weigh a masked model's windows when there are any (spec 02 §5.1). */
function pointOf(kind: string, windows: GoldenWindows): number | null {
  const masked = kind === 'ppl_mlm' ? (windows.masked_token_counts ?? []) : [];
  const counts = masked.length > 0 ? masked : (windows.token_counts ?? []);
  const losses = (windows.logloss ?? []).map((loss, index) =>
    weighted(golden(loss), golden(counts[index] ?? 0)),
  );
  return perplexity(weightedMeanLogloss(losses));
}

function expectClose(actual: number | null, expected: unknown): void {
  const value = golden(expected);
  if (!Number.isFinite(value)) expect(actual).toBeNull();
  else expect(Math.abs((actual ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
}

/** Lists of different lengths and texts in them cannot come out of an evaluation here. */
function isTyped({
  logloss = [],
  token_counts = [],
  masked_token_counts: masked = [],
}: GoldenWindows): boolean {
  const numbers = [...logloss, ...token_counts].every(
    (value) => typeof value === 'number' || ['NaN', 'Infinity'].includes(String(value)),
  );
  return numbers && (masked.length === 0 || masked.length === logloss.length);
}
