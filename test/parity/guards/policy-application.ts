import { invariantsPolicy } from '../../../engine/guards/invariants/invariants-policy.ts';
import { rmtContract } from '../../../engine/guards/rmt/rmt-guard.ts';
import { rmtPolicy } from '../../../engine/guards/rmt/rmt-policy.ts';
import { targetSigma } from '../../../engine/guards/spectral/family-statistics.ts';
import { spectralPolicy } from '../../../engine/guards/spectral/spectral-policy.ts';
import { variancePolicy } from '../../../engine/guards/variance/variance-policy.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** Spec 03 §1.4: what a guard makes of its policy. */
export const policyApplication = goldenCases(
  byOperation(
    {
      spectral: ({ policy: raw }) => {
        const { value: policy } = spectralPolicy(raw);
        return { policy, target_sigma: targetSigma({}, policy?.sigma_quantile ?? Number.NaN) };
      },
      rmt: ({ policy: raw }) => {
        const { value: policy } = rmtPolicy(raw);
        if (!policy) throw new Error('the policy cannot be used');
        const { estimator, sampling: _, activation_required: isRequired, ...settings } = policy;
        const { activation_sampling } = rmtContract(policy);
        return { policy: settings, estimator, activation_sampling, require_activation: isRequired };
      },
      variance: ({ policy: raw }) => {
        const { value: policy } = variancePolicy(raw);
        const tap = policy?.tap ?? [];
        return {
          policy_in_effect_before_prepare: variancePolicy({}).value,
          policy_in_effect_after_prepare: policy,
          monitor_only_flag: policy?.monitor_only ?? false,
          absolute_floor: policy?.absolute_floor_ppl,
          tie_breaker: policy?.tie_breaker_deadband,
          tap_patterns: typeof tap === 'string' ? [tap] : tap,
        };
      },
      invariants: ({ policy }) => invariantsPolicy(policy).value as Golden,
    },
    ({ guard }) => guard,
  ),
);

/** A value that a guard of ours does not run with. */
export function isRefused({ guard, policy }: Golden): boolean {
  return guard === 'rmt' && rmtPolicy(policy).findings.length > 0;
}
