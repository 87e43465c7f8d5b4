import { epsilonBands, epsilonViolations } from '../../../engine/guards/rmt/epsilon-rule.ts';
import { sampledWindows, windowWeight } from '../../../engine/guards/rmt/sample-windows.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';

/** Spec 03 §4.1, §4.4 and §4.5. */
export const rmtRules = goldenCases(
  byOperation({
    // Windows that come one by one have no end to space them to.
    window_indices: ({ n, count, indices_policy: policy, source }) => ({
      indices: sampledWindows(n, { count, indices_policy: source === 'iterator' ? 'first' : policy }),
    }),
    token_weight: ({ input_ids_shape: shape, attention_mask: mask }) => ({
      weight: windowWeight(
        (shape ?? [0]).reduce((size: number, dimension: number) => size * dimension, 1),
        mask?.flat(),
      ),
    }),
    epsilon_rule: ({ base, cur, epsilon_by_family: given, epsilon_default: fallback }) => {
      const bands = epsilonBands(fallback, given);
      const violations = epsilonViolations(base, cur, bands);
      return {
        violations_sorted_by_family: violations,
        stable: violations.length === 0,
        epsilon_by_family_effective: bands.byFamily,
      };
    },
  }),
);
