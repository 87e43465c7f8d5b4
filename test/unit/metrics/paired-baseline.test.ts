import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareWithBaseline,
  type IdentifiedLoss,
  pairLosses,
} from '../../../engine/metrics/paired-baseline.ts';

const bootstrap = { enabled: true, method: 'bca_paired_delta_log', replicates: 200, alpha: 0.05, seed: 42 };

test('a loss that is not finite leaves together with its weight (EQ-29)', () => {
  const subject = [at(1, 1, 10), at(2, null, 1000), at(3, 3, 30), at(4, 2, 10)];
  const baseline = [at(1, 0.5, 1), at(2, 2, 1), at(3, 2.5, 1), at(4, 1, 1)];
  const gapless = compareWithBaseline(
    subject.filter(({ loss }) => loss !== null),
    baseline,
    bootstrap,
  );
  expect(compareWithBaseline(subject, baseline, bootstrap)).toEqual(gapless);
  expect(gapless).toMatchObject({ pairs: 3, meanDelta: (10 * 0.5 + 30 * 0.5 + 10) / 50 });
});

test.each([
  ['one pair', [at(1, 1, 10)], {}],
  ['no pair', [at(9, 1, 10), at(8, 1, 10)], {}],
  ['the bootstrap off', [at(1, 1, 10), at(2, 1, 10)], { enabled: false }],
  ['no replicates', [at(1, 1, 10), at(2, 1, 10)], { replicates: 0 }],
])('there is no interval with %s', (_, subject, change) => {
  const baseline = [at(1, 2, 10), at(2, 3, 10)];
  const { deltaInterval, ratioInterval } = compareWithBaseline(subject, baseline, {
    ...bootstrap,
    ...change,
  });
  expect([deltaInterval, ratioInterval]).toEqual([undefined, undefined]);
});

test('the method is the one whose name contains bca, and the seed is its own', () => {
  const { options } = compareWithBaseline([], [], bootstrap);
  expect(options).toMatchObject({ method: 'bca', seed: 545 });
  expect(compareWithBaseline([], [], { ...bootstrap, method: 'other' }).options.method).toBe('percentile');
});

const losses = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 12, noNaN: true }),
    fc.double({ min: 0, max: 12, noNaN: true }),
    fc.nat(512),
  ),
  { minLength: 2, maxLength: 24 },
);

test('pairs do not depend on the order of the baseline, and windows of one run alone change nothing', () => {
  fc.assert(
    fc.property(losses, (entries) => {
      const subject = entries.map(([loss, , weight], id) => at(id, loss, weight));
      const baseline = entries.map(([, loss], id) => at(id, loss, 1));
      const expected = compareWithBaseline(subject, baseline, { ...bootstrap, replicates: 20 });
      const strangers = [at(-1, 1, 7), ...baseline.toReversed(), at(99, 2, 7)];
      expect(compareWithBaseline(subject, strangers, { ...bootstrap, replicates: 20 })).toEqual(expected);
    }),
  );
});

test('a run against itself has no difference and the ratio one', () => {
  fc.assert(
    fc.property(losses, (entries) => {
      const run = entries.map(([loss, , weight], id) => at(id, loss, weight + 1));
      expect(compareWithBaseline(run, run, bootstrap)).toMatchObject({
        meanDelta: 0,
        deltaInterval: [0, 0],
        ratioInterval: [1, 1],
      });
    }),
  );
});

test('the interval is in order and lies between the smallest and the largest difference', () => {
  fc.assert(
    fc.property(losses, fc.constantFrom('bca', 'percentile'), (entries, method) => {
      const subject = entries.map(([loss, , weight], id) => at(id, loss, weight));
      const baseline = entries.map(([, loss], id) => at(id, loss, 1));
      const options = { ...bootstrap, method, replicates: 40 };
      const [lower = 0, upper = 0] = compareWithBaseline(subject, baseline, options).deltaInterval ?? [];
      const deltas = pairLosses(subject, baseline).map((pair) => pair.subject - pair.baseline);
      const rounding = 1e-12;
      expect(lower).toBeGreaterThanOrEqual(Math.min(...deltas) - rounding);
      expect(upper).toBeLessThanOrEqual(Math.max(...deltas) + rounding);
      expect(lower).toBeLessThanOrEqual(upper);
    }),
  );
});

function at(id: number, loss: number | null, weight: number): IdentifiedLoss {
  return { id, loss, weight };
}
