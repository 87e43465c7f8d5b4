import { expect, test } from 'vitest';
import { mcnemarExact } from '../../../engine/numerics/mcnemar.ts';

/** Sums of binomial coefficients as whole numbers, then one division. */
function exactly(lost: number, gained: number): number {
  const count = lost + gained;
  let term = 1n;
  let sum = 0n;
  for (let k = 0; k <= Math.min(lost, gained); k++) {
    sum += term;
    term = (term * BigInt(count - k)) / BigInt(k + 1);
  }
  const scaled = (2n * sum * 10n ** 18n) / 2n ** BigInt(count);
  return Math.min(1, Number(scaled) / 1e18);
}

test.each([
  [0, 0, 1],
  [5, 5, 1],
  [0, 5, 0.0625],
  [5, 0, 0.0625],
  [1, 5, 0.21875],
  [1, 9, 0.021484375],
])('%i lost and %i gained', (lost, gained, p) => {
  expect(mcnemarExact(lost, gained)).toBeCloseTo(p, 14);
});

test('agrees with whole numbers, also where powers of two underflow', () => {
  for (const [lost, gained] of [
    [3, 17],
    [120, 160],
    [900, 1000],
    [2400, 2600],
  ] as const) {
    const p = exactly(lost, gained);
    expect(Math.abs(mcnemarExact(lost, gained) / p - 1)).toBeLessThan(1e-10);
    expect(mcnemarExact(gained, lost)).toBe(mcnemarExact(lost, gained));
  }
  expect(mcnemarExact(0, 5000)).toBe(0);
});
