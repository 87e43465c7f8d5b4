import type { Finding } from '../../core/findings.ts';
import { coverageFloors, type TierName, type TierPolicy } from '../../policy/tiers.ts';
import { type ConfigSource, type MappingNode, nodeFromValue, withNodeAt } from '../config-node.ts';
import { type LoadedConfig, loadedConfig } from '../load-config.ts';
import { mergeConfig } from '../merge-config.ts';
import { overlayOf } from '../profile-overlays.ts';
import { applyEnvironment } from './apply-environment.ts';
import { packagedDefaults, withDerivedDefaults } from './packaged-defaults.ts';
import { mergeProfile, packagedProfile } from './profile-layer.ts';
import { raise } from './raise.ts';
import type { RuntimeFiles } from './read-runtime-files.ts';
import { tierLayer } from './tier-layer.ts';
import { withCanonicalNames } from './with-canonical-names.ts';
import { withoutNullSections } from './without-null-sections.ts';

/** Everything beside the file that decides about a run. */
export interface ConfigLayers {
  /** A packaged name, or one of INVARLOCK_CONFIG_ROOT. */
  readonly profile: string;
  readonly tier: TierName;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Profiles and tiers that stand in for the packaged ones. */
  readonly runtime?: RuntimeFiles | undefined;
  /** What the command line sets: it wins over everything. */
  readonly flags?: readonly FlagValue[];
}

export interface FlagValue {
  /** As it is typed: `--device`. */
  readonly flag: string;
  readonly pointer: string;
  readonly value: unknown;
}

/** A configuration with all its layers merged: every value knows its layer. */
export interface LayeredConfig {
  readonly config: LoadedConfig;
  readonly policy: TierPolicy;
  /** Names of the values in the policy that are not the tier's packaged ones, sorted. */
  readonly policyOverrides: readonly string[];
  /** The variables that changed a value, for the evidence. */
  readonly activeEnvironment: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/**
 * Merges the layers of spec 01 §1.2, lowest first: what is packaged, the tier, the file (with its `defaults` and
 * includes), the profile, the floors of the tier, the environment, the command line. Counts and replicates are never
 * lowered by a profile or a tier (decisions, "window counts in ci and release").
 */
export function layerConfig(config: LoadedConfig, layers: ConfigLayers): LayeredConfig {
  const findings: Finding[] = [];
  const { profile, tier, runtime, environment = {} } = layers;
  const overlay = overlayOf(profile);
  const tiers = tierLayer(tier, runtime?.tiers?.root);
  const active = new Map<string, string>();

  const lowest = merged(packagedDefaults(tier), tiers.guards);
  let root = merged(lowest, withCanonicalNames(withoutNullSections(config.root)));
  const profileNode = runtime?.profile ?? packagedProfile(profile, environment, active, findings);
  root = mergeProfile(root, withCanonicalNames(profileNode));
  if (overlay.enforcesFloors) {
    const source: ConfigSource = { kind: 'tier', label: tier };
    const floors = coverageFloors[tier];
    root = raise(root, '/dataset/preview_n', floors.preview, source);
    root = raise(root, '/dataset/final_n', floors.final, source);
    root = raise(root, '/eval/bootstrap/replicates', floors.replicates, source);
  }
  root = applyEnvironment(root, { profile, environment, active, findings });
  for (const { flag, pointer, value } of layers.flags ?? []) {
    root = withNodeAt(root, pointer, nodeFromValue(value, { kind: 'flag', label: flag }));
  }
  root = withDerivedDefaults(root);
  const effective = loadedConfig(root, config.path, mergedTexts(config.texts, runtime?.texts));
  return {
    config: effective,
    policy: tiers.policyWith(effective.root),
    policyOverrides: tiers.overridesIn(effective.root),
    activeEnvironment: Object.fromEntries(active),
    findings,
  };
}

function merged(lower: MappingNode, higher: MappingNode): MappingNode {
  const result = mergeConfig(lower, higher);
  return result.kind === 'mapping' ? result : higher;
}

function mergedTexts(
  own: ReadonlyMap<string, string>,
  more: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  return more ? new Map([...more, ...own]) : own;
}
