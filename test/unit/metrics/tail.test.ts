import { expect, test } from 'vitest';
import { evaluateTail, gatedQuantile } from '../../../engine/metrics/tail.ts';
import type { TailPolicy } from '../../../engine/policy/tiers.ts';
import { type GoldenCase, goldenCases, goldenList } from '../../fixtures/golden-cases.ts';

const cases = goldenCases('evaluation/tail_stats');
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
  if (expected === 'NaN') return actual === null ? 'NaN' : actual;
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

// Skipped by input: policies with values of other types. Configuration is checked against its schema before it gets here.
const evaluations = cases.filter(({ input }) => input.op === 'evaluate' && isWellTyped(input.policy));

test.each(named(evaluations))('%s', (_, { input, expected }) => {
  const weights = input.weights ? goldenList(input.weights) : undefined;
  const result = evaluateTail(goldenList(input.deltas), weights, { ...off, mode: 'warn', ...input.policy });
  const { stats, violations, ...rest } = expected;
  expect(result).toMatchObject(rest);
  expectClose({ ...result.stats }, stats);
  expect(result.violations.length).toBe(violations.length);
  for (const [index, violation] of violations.entries())
    expectClose({ ...result.violations[index] }, violation);
});

test('the cases that are left out stay few', () => {
  const evaluated = cases.filter(({ input }) => input.op === 'evaluate').length;
  const summarised = cases.filter(({ input }) => input.op === 'summary').length;
  expect(evaluated - evaluations.length).toBeLessThanOrEqual(7);
  expect(summarised - summaries.length).toBeLessThanOrEqual(4);
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

function named(list: readonly GoldenCase[]) {
  return list.map((c) => [c.name, c] as const);
}

function numbersOnly(values: readonly unknown[]): boolean {
  const spelled = ['NaN', 'Infinity', '-Infinity'];
  return values.every(
    (value) => typeof value === 'number' || (typeof value === 'string' && spelled.includes(value)),
  );
}

function isWellTyped(policy: Readonly<Record<string, unknown>> | null): boolean {
  const { mode = 'warn', ...numbers } = policy ?? {};
  const plain = Object.values(numbers).every((value) => typeof value === 'number');
  const inRange = (policy?.min_windows ?? 1) !== 0 && (policy?.epsilon ?? 0) !== -3;
  return plain && inRange && ['off', 'warn', 'fail'].includes(String(mode));
}
