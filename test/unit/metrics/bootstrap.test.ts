import { expect, test } from 'vitest';
import { loglossInterval, pairedDeltaLogInterval } from '../../../engine/metrics/bootstrap.ts';
import type { Interval } from '../../../engine/report/run-report.ts';
import { goldenCases, goldenList } from '../../fixtures/golden-cases.ts';

/** The reference's defaults. */
const defaults = { method: 'bca', replicates: 1000, alpha: 0.05, seed: 0 } as const;

function check(compute: () => Interval, expected: { ci?: number[]; error?: string }): void {
  if (expected.error) {
    expect(compute).toThrow(expect.objectContaining({ code: 'E402' }));
    return;
  }
  const actual = compute();
  for (const [index, bound] of (expected.ci ?? []).entries()) {
    const limit = 1e-12 + 1e-9 * Math.abs(bound);
    expect([bound, Math.abs((actual[index] ?? Number.NaN) - bound) <= limit]).toEqual([bound, true]);
  }
}

test.each(goldenCases('evaluation/bootstrap_logloss_ci').map((c) => [c.name, c] as const))(
  '%s',
  (_, { input, expected }) => {
    check(() => loglossInterval(goldenList(input.samples), { ...defaults, ...input }), expected);
  },
);

test.each(goldenCases('evaluation/bootstrap_paired_delta').map((c) => [c.name, c] as const))(
  '%s',
  (_, { input, expected }) => {
    const weights = (input.weights ?? null) === null ? undefined : goldenList(input.weights);
    // Some cases name the options of the reference's metric object: repetitions and a confidence level.
    const options = {
      ...defaults,
      ...input,
      replicates: input.replicates ?? input.reps,
      alpha: input.alpha ?? 1 - input.ci_level,
    };
    const [final, baseline] = [
      input.final_logloss ?? input.subject,
      input.baseline_logloss ?? input.baseline,
    ];
    check(() => pairedDeltaLogInterval(goldenList(final), goldenList(baseline), weights, options), expected);
  },
);
