import fc from 'fast-check';
import { expect, test } from 'vitest';
import { erf } from '../../../engine/numerics/erf.ts';
import { normalCdf, normalQuantile } from '../../../engine/numerics/normal.ts';
import { goldenCases, goldenList } from '../../fixtures/golden-cases.ts';

/** Distance in units of the last place; subnormal results count in the smallest normal unit. */
function ulps(actual: number, expected: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(expected))) - 52), 2 ** -1074);
  return Math.abs(actual - expected) / unit;
}

test.each(goldenCases('evaluation/normal_dist').map((c) => [c.name, c] as const))(
  '%s',
  (_, { input, expected }) => {
    const [inputs, outputs] = [
      goldenList(input.p ?? input.x),
      goldenList(expected.x ?? expected.p ?? expected.y),
    ];
    const compute = { inv_cdf: normalQuantile, cdf: normalCdf, erf }[input.fn as 'inv_cdf' | 'cdf' | 'erf'];
    for (const [index, value] of inputs.entries()) {
      const actual = compute(value);
      // Left-tail probabilities are differences of numbers near one: their own unit means nothing there.
      const distance =
        input.fn === 'cdf'
          ? Math.abs(actual - (outputs[index] ?? 0)) / 2 ** -53
          : ulps(actual, outputs[index] ?? 0);
      expect([value, distance <= 4, actual]).toEqual([value, true, actual]);
    }
  },
);

test('the quantile undoes the distribution function', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      (p) => Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-12,
    ),
  );
});

test.each([0, 1, -1, Number.NaN])('a quantile of %d is refused', (p) => {
  expect(() => normalQuantile(p)).toThrow(RangeError);
});
