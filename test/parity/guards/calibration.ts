import { summarizeNullSweep } from '../../../engine/calibrate/null-sweep.ts';
import { recommendThreshold, summarizeVarianceSweep } from '../../../engine/calibrate/variance-sweep.ts';
import { tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** Spec 03 §8. */
export const calibration = goldenCases(
  byOperation({
    null_sweep: ({
      reports,
      tier,
      safety_margin: safetyMargin,
      target_any_warning_rate: targetWarningRate,
    }) => summarizeNullSweep(reports, { tier, safetyMargin, targetWarningRate }),
    ve_sweep: (input) => {
      const { reports, tier, safety_margin: safetyMargin, target_enable_rate: targetRate } = input;
      return summarizeVarianceSweep(reports, {
        tier,
        oneSided: input.predictive_one_sided ?? isOneSided(tier),
        safetyMargin,
        targetRate,
        reference: true,
      });
    },
    recommend_threshold: ({ gains, target_rate: targetRate, safety_margin: safetyMargin }) => {
      const { threshold, rate } = recommendThreshold(gains, { targetRate, safetyMargin, reference: true });
      return { threshold_and_rate: [threshold, rate] };
    },
  }),
  { tolerance: { relative: 1e-12 } },
);

function isOneSided(tier: string): Golden {
  return tierPolicies[tierNamed(tier) ?? 'balanced'].variance.predictive_one_sided;
}
