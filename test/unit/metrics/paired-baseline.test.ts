import { expect, test } from 'vitest';
import {
  compareWithBaseline,
  type IdentifiedLoss,
  pairLosses,
} from '../../../engine/metrics/paired-baseline.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

interface Records {
  readonly window_ids: readonly unknown[];
  readonly logloss: readonly unknown[];
  readonly token_counts?: readonly number[];
}

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
    const bounds = [...(comparison.deltaInterval ?? []), ...(comparison.ratioInterval ?? [])];
    const wanted = [...expected.primary_metric.ci, ...expected.primary_metric.display_ci];
    expect(
      bounds.map((bound, index) => Math.abs(bound - wanted[index]) <= 1e-12 + 1e-9 * Math.abs(wanted[index])),
    ).toEqual(wanted.map(() => true));
  },
);

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
