import type { Finding } from '../core/findings.ts';
import type { TierPolicy } from '../policy/tiers.ts';
import { invariantsPolicy } from './invariants/invariants-policy.ts';
import { rmtPolicy } from './rmt/rmt-policy.ts';
import { spectralPolicy } from './spectral/spectral-policy.ts';
import { variancePolicy } from './variance/variance-policy.ts';

/** What is wrong with the settings of guards, wherever they come from: a run must not start with less than it seems to ask. */
export function checkGuardPolicies(policy: TierPolicy): readonly Finding[] {
  return [
    ...invariantsPolicy(policy.invariants ?? {}).findings,
    ...spectralPolicy(policy.spectral).findings,
    ...rmtPolicy(policy.rmt).findings,
    ...variancePolicy(policy.variance).findings,
  ];
}
