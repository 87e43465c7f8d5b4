import type { TierPolicy } from '../../../engine/policy/tiers.ts';

/** A policy without the limits of our own, which no other tool has: what the reference's policies and digests hold. */
export function referencePolicy(policy: TierPolicy): TierPolicy {
  const { paired: _, ...spectral } = policy.spectral;
  return { ...policy, spectral };
}
