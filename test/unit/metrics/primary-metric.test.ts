import { expect, test } from 'vitest';
import {
  finiteRatio,
  perplexity,
  type WeightedLoss,
  weightedMeanLogloss,
} from '../../../engine/metrics/aggregate.ts';
import { pplPrimaryMetric } from '../../../engine/metrics/primary-metric.ts';

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
