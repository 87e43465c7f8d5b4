import { expect, test } from 'vitest';
import { driftSummary } from '../../../engine/metrics/drift.ts';

test('a loss that is not finite stays in its place and out of the drift (EQ-11)', () => {
  const preview = [
    { loss: 1, weight: 1 },
    { loss: null, weight: 9 },
    { loss: 3, weight: 1 },
  ];
  const final = [
    { loss: 2, weight: 1 },
    { loss: 7, weight: 1 },
    { loss: Number.NaN, weight: 1 },
  ];
  expect(driftSummary(preview, final, null)).toMatchObject({
    mean: null,
    mean_unweighted: 1,
    degenerate_reason: 'single_pair',
  });
});

test('without pairs there are no numbers', () => {
  expect(driftSummary([], [{ loss: 1, weight: 1 }], null)).toEqual({
    mean: null,
    mean_unweighted: null,
    mean_preview_weighted: null,
    std: 0,
    min: null,
    max: null,
    degenerate: true,
    degenerate_reason: 'no_pairs',
  });
});
