import { branchScale } from '../../../engine/guards/variance/branch-scales.ts';
import { loglossInterval, pairedDeltaLogInterval } from '../../../engine/metrics/bootstrap.ts';
import { Pcg64 } from '../../../engine/numerics/pcg64.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';

/** Spec 03 §5.4 and §5.8. */
export const varianceStats = goldenCases(
  byOperation({
    ratio_mean_ci: ({ samples, alpha, replicates, seed }) => {
      const generator = new Pcg64(seed);
      const draw = () => Array.from(generator.fillIntegers(samples.length, new Float64Array(samples.length)));
      return {
        ci: loglossInterval(samples, { method: 'percentile', replicates, alpha, seed }),
        first_two_index_draws: [draw(), draw()],
      };
    },
    paired_delta_bca: ({
      loss_with_ve: withScales,
      loss_no_ve: without,
      weights,
      seed,
      alpha,
      replicates,
    }) => {
      const options = { method: 'bca', replicates, alpha, seed } as const;
      return { delta_ci: pairedDeltaLogInterval(withScales, without, weights ?? undefined, options) };
    },
    scale_from_mean_squares: ({ mean_squares: meanSquares, clamp, tol }) => {
      const { groupMeans, meanSquare, scale } = branchScale(meanSquares, clamp ?? undefined);
      const proposed = Math.abs(scale - 1) >= tol;
      return {
        group_means: groupMeans,
        var_F: meanSquare,
        alpha_if_applied: proposed ? scale : null,
        proposed,
      };
    },
  }),
  { tolerance: { relative: 1e-9 } },
);
