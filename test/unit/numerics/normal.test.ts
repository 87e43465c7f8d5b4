import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf, normalQuantile } from '../../../engine/numerics/normal.ts';

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
