import { type MappingNode, nodeFromValue } from '../../../engine/config/config-node.ts';
import { mergeProfile, packagedProfile } from '../../../engine/config/layers/profile-layer.ts';
import { tierLayer } from '../../../engine/config/layers/tier-layer.ts';
import { mergeConfig } from '../../../engine/config/merge-config.ts';
import type { ProfileName } from '../../../engine/config/profile-overlays.ts';
import { rmtPolicy } from '../../../engine/guards/rmt/rmt-policy.ts';
import { spectralPolicy } from '../../../engine/guards/spectral/spectral-policy.ts';
import { variancePolicy } from '../../../engine/guards/variance/variance-policy.ts';
import { type TierName, tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { referencePolicy } from './reference-policy.ts';

/** Spec 03 §1.3. Of a policy made by hand it is compared whether it is taken, and which value is not. */
export const policies = goldenCases(
  byOperation({
    resolve_tier_policies: resolved,
    get_tier_guard_config: tierGuard,
    create_custom_spectral_policy: custom('spectral'),
    create_custom_rmt_policy: custom('rmt'),
    create_custom_variance_policy: custom('variance'),
  }),
  {
    expected: ({ ...expected }) => {
      const param = expected.raises?.details?.param;
      if (param !== undefined) return { refused: [param] };
      return 'raises' in expected ? { raises: true } : 'policy' in expected ? { refused: [] } : expected;
    },
  },
);

function resolved({ tier: label, profile, explicit_overrides: overrides }: Golden): Golden {
  const tier = tierNamed(label);
  if (!tier) return { raises: true };
  const layer = tierLayer(tier);
  let root = mergeConfig(mapping({}), layer.guards) as MappingNode;
  if (profile) root = mergeProfile(root, packagedProfile(profile as ProfileName, {}, new Map(), []));
  root = mergeConfig(root, mapping({ guards: overrides ?? {} })) as MappingNode;
  const { invariants } = overrides ?? {};
  return { policies: { ...referencePolicy(layer.policyWith(root)), ...(invariants ? { invariants } : {}) } };
}

function mapping(value: Golden): MappingNode {
  const node = nodeFromValue(value, { kind: 'file', label: 'overrides' });
  if (node.kind !== 'mapping') throw new Error('not a mapping');
  return node;
}

/** The entries that the reference's tiers file has; ours are merged with its built-in table. */
function tierGuard({ tier, guard }: Golden, expected: Golden): Golden {
  const name = guard.replace('_guard', '') as 'spectral' | 'rmt' | 'variance';
  const policy: Golden = tierPolicies[tier as TierName][name];
  const caps = (families: Golden): Golden =>
    Object.fromEntries(Object.entries<Golden>(families).map(([family, { kappa }]) => [family, kappa]));
  const entries = Object.keys(expected.config).map((key) => [
    key,
    key === 'family_caps' ? caps(policy[key]) : policy[key],
  ]);
  return { config: Object.fromEntries(entries) };
}

function custom(guard: 'spectral' | 'rmt' | 'variance') {
  const read = { spectral: spectralPolicy, rmt: rmtPolicy, variance: variancePolicy }[guard];
  return ({ op: _, ...raw }: Golden): Golden => ({
    refused: read(raw.kwargs ?? raw).findings.map(({ pointer }) => pointer?.split('/').at(-1)),
  });
}
