import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareWithBaseline,
  type IdentifiedLoss,
  pairLosses,
} from '../../../engine/metrics/paired-baseline.ts';
import { evaluateTail } from '../../../engine/metrics/tail.ts';
import { tailPolicyFrom } from '../../../engine/policy/tail-policy.ts';
import { golden, goldenCases } from '../../fixtures/golden-cases.ts';

interface Records {
  readonly window_ids: readonly unknown[];
  readonly logloss: readonly unknown[];
  readonly token_counts?: readonly number[];
}

const bootstrap = { enabled: true, method: 'bca_paired_delta_log', replicates: 200, alpha: 0.05, seed: 42 };

// Skipped by input: ids that are no integers, which no report of ours holds, and lists of different lengths, whose entries
// do not belong together (EQ-11).
const pairings = goldenCases('evaluation/pairing_schedule').filter(
  ({ input: { op, run, baseline } }) => op === 'pair_logloss_windows' && [run, baseline].every(isAligned),
);

test.each(pairings.map((c) => [c.name, c] as const))('%s', (_, { input, expected }) => {
  const pairs = pairLosses(identified(input.run), identified(input.baseline));
  const { run, baseline } = expected.paired ?? { run: [], baseline: [] };
  // Fewer than two pairs are none for the reference; here the comparison draws that line.
  if (pairs.length < 2) expect(expected.paired).toBeNull();
  else
    expect([pairs.map((pair) => pair.subject), pairs.map((pair) => pair.baseline)]).toEqual([run, baseline]);
});

// Skipped by input: accuracy and runs whose certificate the reference refuses, which have no windows or no metric; the
// switch INVARLOCK_BOOTSTRAP_BCA; a loss that is not finite, where the reference gives up and here only its pair leaves.
const comparisons = goldenCases('evaluation/certificate_metrics').filter(
  ({ input: { subject, env }, expected }) => {
    const losses: unknown[] = subject.evaluation_windows?.final?.logloss ?? [Number.NaN];
    return (
      expected.primary_metric && losses.every(Number.isFinite) && env.INVARLOCK_BOOTSTRAP_BCA === undefined
    );
  },
);

test.each(comparisons.map((c) => [c.name, c] as const))(
  '%s',
  (_, { input: { subject, baseline }, expected }) => {
    const [run, reference] = [subject, baseline].map((report) =>
      identified(report.evaluation_windows?.final),
    );
    const comparison = compareWithBaseline(run ?? [], reference ?? [], subject.metrics.bootstrap);
    // Without pairs or replicates the reference shows the drift's interval as if it compared with the baseline (EQ-06).
    if (expected.window_stats.stats.pairing !== 'paired_baseline') {
      expect([comparison.deltaInterval, comparison.ratioInterval]).toEqual([undefined, undefined]);
      return;
    }
    expectClose(
      [...(comparison.deltaInterval ?? []), ...(comparison.ratioInterval ?? [])],
      [...expected.primary_metric.ci, ...expected.primary_metric.display_ci],
    );
  },
);

// Skipped by input: accuracy, which is refused (EQ-02), and nothing to compare, which is no error here.
const metricObjects = goldenCases('evaluation/primary_metric').filter(
  ({ input: { op, kind, subject } }) =>
    op === 'paired_compare' && String(kind).startsWith('ppl') && subject.length > 0,
);

// The reference's metric object compares two lists by position with weights and a seed of its own.
test.each(metricObjects.map((c) => [c.name, c] as const))('%s', (_, { input, expected }) => {
  const weights: number[] = input.subject.map((entry: unknown[], index: number) =>
    firstPositive(input.baseline[index]?.[1], entry[1]),
  );
  const list = (entries: readonly unknown[][]) =>
    entries.map(([loss], index) => at(index, golden(loss), weights[index] ?? 1));
  const { meanDelta, deltaInterval, ratioInterval } = compareWithBaseline(
    list(input.subject),
    list(input.baseline),
    {
      ...bootstrap,
      replicates: input.reps || 2000,
      alpha: 1 - (input.ci_level ?? 0.95),
      seed: (input.seed ?? 0) - 503,
    },
  );
  expectClose(
    [meanDelta, ...(deltaInterval ?? []), ...(ratioInterval ?? [])],
    [expected.delta, ...expected.ci, ...expected.display_ci],
  );
});

const tails = goldenCases('evaluation/evaluation_loop').filter(
  ({ expected }) => expected.metrics?.primary_metric_tail,
);

test.each(tails.map((c) => [c.name, c] as const))('the tail of %s', (_, { input, expected }) => {
  const { metrics, evaluation_windows: windows } = expected;
  const pairs = pairLosses(identified(windows.final), identified(input.context.baseline_eval_windows.final));
  const tail = evaluateTail(
    pairs.map(({ subject, baseline }) => subject - baseline),
    pairs.map(({ weight }) => weight),
    tailPolicyFrom(input.tier_policies.metrics.pm_tail),
  );
  expect(tail).toEqual(metrics.primary_metric_tail);
});

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

function expectClose(actual: readonly (number | null)[], expected: readonly number[]): void {
  const near = expected.map((wanted, index) => {
    const value = actual[index] ?? Number.NaN;
    return Math.abs(value - wanted) <= 1e-12 + 1e-9 * Math.abs(wanted) ? wanted : value;
  });
  expect(near).toEqual(expected);
}

/** The weight of a pair in the reference: the baseline's, else the subject's, else one (spec 02 §5.1). */
function firstPositive(...weights: readonly unknown[]): number {
  return weights.map(golden).find((weight) => Number.isFinite(weight) && weight > 0) ?? 1;
}

function at(id: number, loss: number | null, weight: number): IdentifiedLoss {
  return { id, loss, weight };
}

function identified(records: Records | undefined): IdentifiedLoss[] {
  return (records?.window_ids ?? []).map((id, index) => {
    const loss = records?.logloss[index];
    return at(Number(id), typeof loss === 'number' ? loss : null, records?.token_counts?.[index] ?? 1);
  });
}

function isAligned({ window_ids: ids, logloss }: Records): boolean {
  return ids.length === logloss.length && ids.every(Number.isInteger);
}
