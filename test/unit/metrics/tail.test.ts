import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateTail, gatedQuantile } from '../../../engine/metrics/tail.ts';
import { tailPolicyFrom } from '../../../engine/policy/tail-policy.ts';
import type { TailPolicy } from '../../../engine/policy/tiers.ts';
import {
  type GoldenCase,
  golden,
  goldenCases,
  goldenList,
  goldenUnits,
} from '../../fixtures/golden-cases.ts';

const cases: readonly GoldenCase[] = [
  ...goldenCases('evaluation/tail_stats'),
  ...goldenUnits('metric_tail').map(({ deltas, policy, weights, result }, index) => ({
    name: `unit ${index}: ${deltas.length} differences, policy ${JSON.stringify(policy)}`,
    input: { op: 'evaluate', deltas, policy, weights },
    expected: result,
  })),
];
const off: TailPolicy = {
  mode: 'off',
  min_windows: 1,
  quantile: 0.95,
  quantile_max: null,
  epsilon: 1e-4,
  mass_max: null,
};

/** Golden numbers: NaN stands for a number that does not exist, which is null here. */
function close(actual: unknown, expected: unknown): unknown {
  if (Number.isNaN(golden(expected)) && expected !== 'weights') return actual === null ? expected : actual;
  if (typeof expected === 'number' && typeof actual === 'number') {
    return Math.abs(actual - expected) <= 1e-12 ? expected : actual;
  }
  return actual;
}

function expectClose(
  actual: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
): void {
  const seen = Object.fromEntries(
    Object.keys(expected).map((key) => [key, close(actual[key], expected[key])]),
  );
  expect(seen).toEqual(expected);
}

// Skipped by input: quantile lists and values that are no numbers, which only the reference's library surface takes, and
// fewer weights than differences: the reference drops the differences then, which would hide windows.
const summaries = cases.filter(({ input: { op, quantiles, deltas, weights } }) => {
  if (op !== 'summary' || quantiles) return false;
  return numbersOnly(deltas) && numbersOnly(weights ?? []) && (weights ?? deltas).length === deltas.length;
});

test.each(named(summaries))('%s', (_, { input, expected }) => {
  const weights = input.weights ? goldenList(input.weights) : undefined;
  const policy = { ...off, epsilon: input.epsilon === undefined ? 1e-4 : Number(input.epsilon) };
  expectClose({ ...evaluateTail(goldenList(input.deltas), weights, policy).stats }, expected);
});

// Skipped by input: differences that are texts or flags. The differences are ours; only a policy comes out of a file.
const evaluations = cases.filter(({ input }) => input.op === 'evaluate' && numbersOnly(input.deltas));

test.each(named(evaluations))('%s', (_, { input, expected }) => {
  const weights = input.weights ? goldenList(input.weights) : undefined;
  const result = evaluateTail(goldenList(input.deltas), weights, tailPolicyFrom(input.policy));
  const { stats, violations, ...rest } = expected;
  expect(result).toMatchObject(rest);
  expectClose({ ...result.stats }, stats);
  expect(result.violations.length).toBe(violations.length);
  for (const [index, violation] of violations.entries())
    expectClose({ ...result.violations[index] }, violation);
});

test('the cases that are left out stay few', () => {
  expect(cases.length - summaries.length - evaluations.length).toBe(4);
});

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

function named(list: readonly GoldenCase[]) {
  return list.map((c) => [c.name, c] as const);
}

function numbersOnly(values: readonly unknown[]): boolean {
  const spelled = ['NaN', 'Infinity', '-Infinity'];
  return values.every((value) => typeof value === 'number' || spelled.includes(String(value)));
}
