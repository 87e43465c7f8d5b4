import { expect, test } from 'vitest';
import { type AccuracyInputs, accuracyGate } from '../../../engine/policy/accuracy-gate.ts';
import { tierPolicies } from '../../../engine/policy/tiers.ts';

const passing: AccuracyInputs = {
  policy: tierPolicies.balanced.metrics.accuracy,
  deltaPp: -0.5,
  examples: 500,
  tinyRelax: false,
};

test.each<[string, Partial<AccuracyInputs>, boolean]>([
  ['a small drop', {}, true],
  ['a gain', { deltaPp: 4 }, true],
  ['a drop within the hysteresis', { deltaPp: -1.05 }, true],
  ['a drop beyond it', { deltaPp: -1.2 }, false],
  ['a difference that nobody knows', { deltaPp: null }, false],
  ['the same under relaxation', { deltaPp: null, tinyRelax: true }, true],
  ['too few examples', { examples: 199 }, false],
  ['too small a share of the examples', { available: 100_000 }, false],
  ['too few examples under relaxation', { examples: 3, tinyRelax: true }, true],
  ['an interval that reaches below the limit', { interval: [-1.6, 0.4] }, false],
  ['an interval within it', { interval: [-1, 0.4] }, true],
])('%s', (_, inputs, passes) => {
  const gate = accuracyGate({ ...passing, ...inputs });
  expect([gate.outcome === 'pass', gate.basis]).toEqual([passes, inputs.interval ? 'lower' : 'point']);
  if (!passes) expect(gate.reasons).not.toEqual([]);
});

test('what only the hysteresis lets pass says so', () => {
  expect(accuracyGate({ ...passing, deltaPp: -1.05 }).hysteresisApplied).toBe(true);
  expect(accuracyGate(passing).hysteresisApplied).toBeUndefined();
});
