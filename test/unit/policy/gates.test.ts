import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allGatesPass, type Gate, type GateInputs, pplGates } from '../../../engine/policy/gates.ts';
import { gateLimits } from '../../../engine/policy/limits.ts';
import { tierPolicies } from '../../../engine/policy/tiers.ts';

const passing: GateInputs = {
  limits: gateLimits({ tier: 'balanced' }),
  metrics: tierPolicies.balanced.metrics,
  ratio: 1.05,
  ratioInterval: [1.04, 1.06],
  drift: 1,
  tokens: { preview: 30_000, final: 30_000, coverageOk: true },
  tail: { evaluated: true, passed: true, mode: 'warn', observed: 0.1 },
};

// The stated basis decides, where the reference looks at the point alone (EQ-05).
test.each<[string, Partial<GateInputs>, Gate['outcome'], string]>([
  ['all is well', {}, 'pass', ''],
  [
    'the upper bound is over the limit',
    { ratioInterval: [1, 1.2] },
    'fail',
    'the upper bound of the interval',
  ],
  ['the upper bound is within the hysteresis', { ratioInterval: [1, 1.1015] }, 'pass', ''],
  [
    'the upper bound is not a number',
    { ratioInterval: [1, Number.NaN] },
    'fail',
    'the upper bound of the interval',
  ],
  ['there is no interval', { ratioInterval: undefined }, 'pass', ''],
  ['the point is over the limit', { ratio: 1.2 }, 'fail', 'the ratio is above'],
  ['the ratio does not exist', { ratio: null }, 'fail', 'not finite'],
  ['the point is below the range', { limits: ranged(1.06, 1.1) }, 'fail', 'the ratio is below'],
  [
    'the lower bound is below the range',
    { limits: ranged(1.045, 1.1) },
    'fail',
    'the lower bound of the interval',
  ],
  ['there are too few tokens', { tokens: { preview: 10, final: 10, coverageOk: true } }, 'fail', '20 tokens'],
])('the primary metric when %s', (_, change, outcome, reason) => {
  const gates = pplGates({ ...passing, ...change });
  expect(gates[0]).toMatchObject({ name: 'primary_metric_acceptable', outcome });
  expect(gates[0]?.reasons.join('; ')).toContain(reason);
  expect(allGatesPass(gates)).toBe(outcome === 'pass');
});

test.each<[string, Partial<GateInputs>, boolean]>([
  ['neither lies above the limit', {}, false],
  ['the upper bound touches the limit', { ratioInterval: [1, 1.1] }, false],
  ['the upper bound lies above the limit', { ratioInterval: [1, 1.1015] }, true],
  ['the point lies above the limit', { ratio: 1.1005, ratioInterval: undefined }, true],
  ['the gate fails', { ratioInterval: [1, 1.2] }, false],
])('the hysteresis was applied when %s', (_, change, applied) => {
  expect(pplGates({ ...passing, ...change })[0]?.hysteresisApplied ?? false).toBe(applied);
});

test('guards that did not run are not evaluated, and do not fail the run', () => {
  const gates = pplGates(passing);
  const outcomes = gates.map(({ name, outcome }) => `${name}: ${outcome}`);
  expect(outcomes).toEqual([
    'primary_metric_acceptable: pass',
    'preview_final_drift_acceptable: pass',
    'primary_metric_tail_acceptable: pass',
    'invariants_pass: not_evaluated',
    'spectral_stable: not_evaluated',
    'rmt_stable: not_evaluated',
    'guard_overhead_acceptable: not_evaluated',
  ]);
  expect(allGatesPass(gates)).toBe(true);
});

test('what relaxation waives says so', () => {
  const relaxed = { ...passing, limits: gateLimits({ tier: 'balanced', tinyRelax: true }) };
  const [metric] = pplGates({ ...relaxed, ratio: null, ratioInterval: undefined });
  expect(metric).toMatchObject({
    outcome: 'pass',
    measured: null,
    hysteresisApplied: true,
    reasons: [expect.stringContaining('not finite'), 'waived by INVARLOCK_TINY_RELAX'],
  });
});

test('a waived drift says so', () => {
  const gates = pplGates({ ...passing, drift: 2, limits: gateLimits({ tier: 'balanced', tinyRelax: true }) });
  expect(gates[1]).toMatchObject({
    outcome: 'pass',
    reasons: [expect.stringContaining('outside'), 'waived by INVARLOCK_TINY_RELAX'],
  });
});

function ranged(min: number, max: number) {
  return gateLimits({ tier: 'balanced', acceptanceRange: { min, max } });
}

// A ratio, an interval and limits such as a run may have.
const run = fc.record({
  ratio: fc.double({ min: 0.5, max: 2, noNaN: true }),
  growth: fc.double({ min: 0, max: 1, noNaN: true }),
  halfWidth: fc.option(fc.double({ min: 0, max: 0.3, noNaN: true }), { nil: undefined }),
  tinyRelax: fc.boolean(),
});

test('a gate without a lower limit that passes at a ratio passes at every smaller one', () => {
  fc.assert(
    fc.property(run, ({ ratio, growth, halfWidth, tinyRelax }) => {
      const at = (point: number) =>
        pplGates({
          ...passing,
          limits: gateLimits({ tier: 'balanced', tinyRelax }),
          ratio: point,
          ratioInterval: halfWidth === undefined ? undefined : [point - halfWidth, point + halfWidth],
        })[0]?.outcome === 'pass';
      expect(at(ratio) || !at(ratio + growth)).toBe(true);
    }),
  );
});

test('an interval can only fail what the point passes', () => {
  const bound = fc.double({ min: 0.5, max: 2, noNaN: true });
  const bounds = fc.tuple(bound, bound);
  fc.assert(
    fc.property(run, bounds, ({ ratio }, interval) => {
      const [point, both] = [undefined, interval].map((ratioInterval) =>
        pplGates({ ...passing, ratio, ratioInterval }),
      );
      expect(point?.[0]?.outcome === 'pass' || both?.[0]?.outcome === 'fail').toBe(true);
    }),
  );
});
