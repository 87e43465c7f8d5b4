import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateTail, gatedQuantile } from '../../../engine/metrics/tail.ts';
import type { TailPolicy } from '../../../engine/policy/tiers.ts';

const off: TailPolicy = {
  mode: 'off',
  min_windows: 1,
  quantile: 0.95,
  quantile_max: null,
  epsilon: 1e-4,
  mass_max: null,
};

test('the gate looks at the quantile itself, not at the label that another one overwrote (EQ-44)', () => {
  const deltas = Array.from({ length: 1001 }, (_, index) => index / 1000);
  const policy: TailPolicy = { ...off, mode: 'fail', quantile: 0.949, quantile_max: 0.9495 };
  expect(gatedQuantile(deltas, policy)).toBeCloseTo(0.949, 12);
  expect(evaluateTail(deltas, undefined, policy).passed).toBe(true);
});

test('nothing is evaluated without a finite difference', () => {
  const result = evaluateTail([Number.NaN], [1], { ...off, mode: 'fail', quantile_max: 0, min_windows: 0 });
  expect(result).toMatchObject({ evaluated: false, passed: true, stats: { n: 0, max: null } });
});

const numbers = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test('quantiles grow with their share and lie between the smallest and the largest difference', () => {
  fc.assert(
    fc.property(numbers, share, share, (deltas, first, second) => {
      const at = (quantile: number) => gatedQuantile(deltas, { ...off, quantile }) ?? Number.NaN;
      const ordered = [0, Math.min(first, second), Math.max(first, second), 1].map(at);
      const [least = 0, low = 0, high = 0, most = 0] = ordered;
      // As numbers: minus zero is zero here.
      expect(least === Math.min(...deltas) && most === Math.max(...deltas)).toBe(true);
      // Interpolation may round past its ends by the last digit.
      const rounding = 1e-12;
      expect(low).toBeGreaterThanOrEqual(least - rounding);
      expect(high).toBeGreaterThanOrEqual(low - rounding);
      expect(high).toBeLessThanOrEqual(most + rounding);
    }),
  );
});

test('the order of the windows is of no account, and a worse tail never passes where a better one fails', () => {
  const policy: TailPolicy = { ...off, mode: 'fail', quantile_max: 0.2, mass_max: 0.6 };
  fc.assert(
    fc.property(numbers, share, (deltas, growth) => {
      const passes = (list: readonly number[]) => evaluateTail(list, undefined, policy).passed;
      expect(passes([...deltas].reverse())).toBe(passes(deltas));
      expect(passes(deltas) || !passes(deltas.map((delta) => delta + growth))).toBe(true);
    }),
  );
});
