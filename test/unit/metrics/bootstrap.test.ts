import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loglossInterval, pairedDeltaLogInterval } from '../../../engine/metrics/bootstrap.ts';

/** The reference's defaults. */
const defaults = { method: 'bca', replicates: 1000, alpha: 0.05, seed: 0 } as const;

const losses = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 2, maxLength: 30 });
const few = { ...defaults, replicates: 60 };

test('equal weights are no weights, and the bounds are in order', () => {
  fc.assert(
    fc.property(
      losses,
      losses,
      fc.integer({ min: 1, max: 512 }),
      fc.nat(),
      (final, baseline, weight, seed) => {
        const options = { ...few, seed };
        const unweighted = pairedDeltaLogInterval(final, baseline, undefined, options);
        const weights = final.map(() => weight);
        expect(pairedDeltaLogInterval(final, baseline, weights, options)).toEqual(unweighted);
        expect(unweighted[0]).toBeLessThanOrEqual(unweighted[1]);
      },
    ),
  );
});

test('bounds lie between the smallest and the largest value', () => {
  fc.assert(
    fc.property(losses, fc.constantFrom('bca', 'percentile'), (samples, method) => {
      const [lower, upper] = loglossInterval(samples, { ...few, method });
      // A mean of equal numbers may differ from them by rounding.
      const rounding = 1e-12;
      expect(lower).toBeGreaterThanOrEqual(Math.min(...samples) - rounding);
      expect(upper).toBeLessThanOrEqual(Math.max(...samples) + rounding);
    }),
  );
});

test.each([
  ['no samples', [], {}],
  ['a sample that is not finite', [1, Number.NaN], {}],
  ['no replicates', [1, 2], { replicates: 0 }],
  ['half a replicate', [1, 2], { replicates: 0.5 }],
  ['an alpha of one', [1, 2], { alpha: 1 }],
  ['a negative seed', [1, 2], { seed: -1 }],
])('%s is refused', (_, samples, change) => {
  const compute = () => loglossInterval(samples, { ...few, ...change });
  expect(compute).toThrow(expect.objectContaining({ code: 'E402' }));
});
