import { listAt, objectAt, textAt } from '../core/json-access.ts';
import { type TierPolicy, tierPolicies } from '../policy/tiers.ts';
import { recordedMetricsPolicy, recordedTier } from './recorded-policy.ts';

/**
 * The policy that a run report records, with the tier's values where it has none; undefined when it records none, as in
 * reports of the reference. It lets `report explain` and `report --format cert` decide as certify did.
 */
export function reportPolicy(
  report: unknown,
): { readonly policy: TierPolicy; readonly overrides: readonly string[] } | undefined {
  const resolved = objectAt(report, 'context', 'policy', 'resolved');
  if (!resolved) return undefined;
  const document = {
    auto: { tier: textAt(report, 'meta', 'auto', 'tier') },
    resolved_policy: resolved,
  };
  const tier = tierPolicies[recordedTier(document)];
  const overrides = listAt(report, 'context', 'policy', 'overrides') ?? [];
  const invariants = objectAt(resolved, 'invariants');
  return {
    policy: {
      ...(invariants ? { invariants } : {}),
      metrics: recordedMetricsPolicy(document),
      rmt: objectAt(resolved, 'rmt') ?? tier.rmt,
      spectral: objectAt(resolved, 'spectral') ?? tier.spectral,
      variance: objectAt(resolved, 'variance') ?? tier.variance,
    },
    overrides: overrides.filter((name) => typeof name === 'string'),
  };
}
