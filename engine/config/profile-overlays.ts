import type { TierName } from '../policy/tiers.ts';

/** Names of the profiles, strictest last (spec 01 §1.5). */
export const profileNames = ['dev', 'ci_cpu', 'ci', 'release'] as const;
export type ProfileName = (typeof profileNames)[number];

/** The profile of a label, lower-cased and trimmed as the reference does; undefined for any other text. */
export function profileNamed(label: string): ProfileName | undefined {
  const wanted = label.trim().toLowerCase();
  return profileNames.find((name) => name === wanted);
}

/** The same, with the names of profiles that lie in INVARLOCK_CONFIG_ROOT. */
export function knownProfile(label: string, custom: readonly string[]): string | undefined {
  const wanted = label.trim().toLowerCase();
  return [...profileNames, ...custom].find((name) => name === wanted);
}

/** What counts when neither a flag nor the file names one (spec 01 §3.3). */
export const defaultProfile: ProfileName = 'ci';
export const defaultTier: TierName = 'balanced';

export const tierNames: readonly TierName[] = ['balanced', 'conservative', 'aggressive'];

/** What a profile lays over the file (spec 01 §1.5). Counts and replicates only ever raise what the file says. */
export interface ProfileOverlay {
  readonly device?: 'cpu';
  readonly windowsPerArm?: number;
  readonly replicates?: number;
  readonly alpha?: number;
  readonly method?: 'bca_paired_delta_log';
  readonly acceptanceRange?: { readonly min: number; readonly max: number };
  /** guards.variance.max_calib. */
  readonly varianceMaxCalib?: number;
  /** The tier's floors count as well: ci and release stop a run that is below them (spec 01 §1.6). */
  readonly enforcesFloors: boolean;
}

/** What a profile of any name brings; one of INVARLOCK_CONFIG_ROOT is its file and nothing else. */
export function overlayOf(profile: string): ProfileOverlay {
  const packaged = profileNamed(profile);
  return packaged ? profileOverlays[packaged] : { enforcesFloors: false };
}

export const profileOverlays: Readonly<Record<ProfileName, ProfileOverlay>> = {
  dev: { enforcesFloors: false },
  // The reference forces stride 512 here, which breaks every other seq_len; stride follows seq_len instead.
  ci_cpu: {
    device: 'cpu',
    windowsPerArm: 120,
    acceptanceRange: { min: 0.95, max: 1.15 },
    enforcesFloors: false,
  },
  ci: { windowsPerArm: 200, replicates: 1200, alpha: 0.05, enforcesFloors: true },
  release: {
    windowsPerArm: 400,
    replicates: 3200,
    alpha: 0.05,
    method: 'bca_paired_delta_log',
    varianceMaxCalib: 320,
    enforcesFloors: true,
  },
};
