import { coverageFloors, type TierName, tierNamed } from '../policy/tiers.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import {
  defaultProfile,
  defaultTier,
  type ProfileName,
  profileNamed,
  profileOverlays,
} from './profile-overlays.ts';

/** A value that counts in a run although the file says otherwise, or nothing. */
export interface ProfileEffect {
  readonly pointer: string;
  readonly value: unknown;
  readonly by: { readonly kind: 'profile' | 'tier'; readonly label: string };
}

/** The profile and the tier that a file asks for; undefined where it is a part and the run decides. */
export function profileAndTier(
  root: ConfigNode,
): { readonly profile: ProfileName; readonly tier: TierName } | undefined {
  if (!nodeAt(root, '/certify')) return undefined;
  const word = (pointer: string) => {
    const node = nodeAt(root, pointer)?.node;
    return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
  };
  const profile = word('/certify/profile') ?? defaultProfile;
  const tier = word('/certify/tier') ?? word('/auto/tier') ?? defaultTier;
  const knownProfile = profileNamed(profile);
  const knownTier = tierNamed(tier);
  return knownProfile && knownTier && { profile: knownProfile, tier: knownTier };
}

/**
 * What a profile and a tier change about a file, for a tree that may still have errors (spec 01 §1.5). A test compares
 * it with `resolveRunSettings`, which decides.
 */
export function profileEffects(
  root: ConfigNode,
  { profile, tier }: { readonly profile: ProfileName; readonly tier: TierName },
): readonly ProfileEffect[] {
  const overlay = profileOverlays[profile];
  const floors = overlay.enforcesFloors ? coverageFloors[tier] : undefined;
  const fromProfile = { kind: 'profile', label: profile } as const;
  const effects: ProfileEffect[] = [];
  const raise = (pointer: string, fallback: number, byProfile = 0, byTier = 0) => {
    const node = nodeAt(root, pointer)?.node;
    const written = node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : fallback;
    if (byTier > Math.max(written, byProfile))
      effects.push({ pointer, value: byTier, by: { kind: 'tier', label: tier } });
    else if (byProfile > written) effects.push({ pointer, value: byProfile, by: fromProfile });
  };
  const replace = (pointer: string, value: unknown) => {
    if (value !== undefined) effects.push({ pointer, value, by: fromProfile });
  };
  raise('/dataset/preview_n', 0, overlay.windowsPerArm, floors?.preview);
  raise('/dataset/final_n', 0, overlay.windowsPerArm, floors?.final);
  const old = nodeAt(root, '/eval/bootstrap/replicates') ? undefined : nodeAt(root, '/eval/bootstrap/n');
  const replicates = old ? '/eval/bootstrap/n' : '/eval/bootstrap/replicates';
  raise(replicates, 1000, overlay.replicates, floors?.replicates);
  replace('/eval/bootstrap/alpha', overlay.alpha);
  replace('/eval/bootstrap/method', overlay.method);
  replace('/model/device', overlay.device);
  replace('/primary_metric/acceptance_range', overlay.acceptanceRange);
  return effects;
}
