import {
  type BootstrapOptions,
  loglossInterval,
  pairedDeltaLogInterval,
} from '../../../engine/metrics/bootstrap.ts';
import { goldenNumber, goldenNumbers } from '../compare.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { failsAlike } from './fails-alike.ts';

const tolerance = { relative: 1e-9, absolute: 1e-12 };

/** Intervals of one mean (spec 02 §6.3). */
export const bootstrapLoglossCi = goldenCases(
  (input, expected) =>
    failsAlike(expected, ['E402'], () => ({
      ci: loglossInterval(goldenNumbers(input.samples), optionsOf(input)),
    })),
  { tolerance },
);

/** Intervals of paired differences (spec 02 §6.4), also under the names of the metric object's arguments. */
export const bootstrapPairedDelta = goldenCases(
  (input, expected) =>
    failsAlike(expected, ['E402'], () => {
      const ci = pairedDeltaLogInterval(
        goldenNumbers(input.final_logloss ?? input.subject),
        goldenNumbers(input.baseline_logloss ?? input.baseline),
        input.weights ? goldenNumbers(input.weights) : undefined,
        optionsOf(input),
      );
      return { ci, ...(expected.ratio_ci ? { ratio_ci: ci.map(Math.exp) } : {}) };
    }),
  { tolerance },
);

/** The reference's defaults where a case is silent. */
function optionsOf(input: Golden): BootstrapOptions {
  const { method = 'bca', replicates = input.reps ?? 1000, seed = 0 } = input;
  const alpha = input.alpha ?? (input.ci_level === undefined ? 0.05 : 1 - goldenNumber(input.ci_level));
  return {
    method,
    replicates: goldenNumber(replicates),
    alpha: goldenNumber(alpha),
    seed: goldenNumber(seed),
  };
}
