import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { type TierName, tierNamed } from '../policy/tiers.ts';
import { type ConfigNode, nodeAt, nodeFromValue, withNodeAt } from './config-node.ts';
import { customProfileNames } from './layers/custom-profiles.ts';
import { type FlagValue, layerConfig } from './layers/layer-config.ts';
import { readRuntimeFiles } from './layers/read-runtime-files.ts';
import { type LoadedConfig, loadedConfig } from './load-config.ts';
import { defaultProfile, defaultTier, knownProfile, profileNames, tierNames } from './profile-overlays.ts';

export interface ResolveInputs {
  readonly profile?: string | undefined;
  readonly tier?: string | undefined;
  readonly flags?: readonly FlagValue[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

/** A configuration as a run would see it, complete or not: every layer merged, the choice of profile and tier included. */
export interface ResolvedConfig {
  readonly config: LoadedConfig;
  readonly profile: string;
  readonly tier: TierName;
}

/** Spec 01 §3.3. */
export const certifyDefaults = { adapter: 'auto', out: 'runs', cert_out: 'reports/cert' };

/** Merges all layers for `config show --resolved` and for hovers; a preset or an overlay resolves too. */
export async function resolveConfig(
  files: FileReader,
  config: LoadedConfig,
  inputs: ResolveInputs,
): Promise<Checked<ResolvedConfig>> {
  const findings: Finding[] = [];
  const chosen = (flag: string | undefined, name: string, pointers: readonly string[], fallback: string) => {
    if (flag !== undefined) return nodeFromValue(flag, { kind: 'flag', label: `--${name}` });
    const written = pointers.map((pointer) => nodeAt(config.root, pointer)?.node);
    return written.find(isText) ?? nodeFromValue(fallback, { kind: 'default' });
  };
  const profileNode = chosen(inputs.profile, 'profile', ['/certify/profile'], defaultProfile);
  const tierNode = chosen(inputs.tier, 'tier', ['/certify/tier', '/auto/tier'], defaultTier);
  const custom = await customProfileNames(files, inputs.environment, inputs.workingFolder);
  const profile = knownProfile(textOf(profileNode), custom);
  const tier = tierNamed(textOf(tierNode));
  if (!profile) findings.push(unknown(textOf(profileNode), 'profile', [...profileNames, ...custom]));
  if (!tier) findings.push(unknown(textOf(tierNode), 'tier', tierNames));
  if (!profile || !tier) return { value: undefined, findings };

  const { environment, flags } = inputs;
  const runtime = await readRuntimeFiles(files, config, environment, profile, inputs.workingFolder);
  findings.push(...runtime.findings);
  if (hasErrors(findings)) return { value: undefined, findings };
  const layers = { profile, tier, environment, runtime: runtime.value, ...(flags && { flags }) };
  const layered = layerConfig(config, layers);
  findings.push(...layered.findings);
  let root = withNodeAt(layered.config.root, '/auto/tier', tierNode);
  if (nodeAt(root, '/certify')) {
    root = withNodeAt(root, '/certify/profile', profileNode);
    root = withNodeAt(root, '/certify/tier', tierNode);
    for (const [key, value] of Object.entries(certifyDefaults)) {
      const pointer = `/certify/${key}`;
      if (!nodeAt(root, pointer)) root = withNodeAt(root, pointer, nodeFromValue(value, { kind: 'default' }));
    }
  }
  const { path, texts } = layered.config;
  return { value: { config: loadedConfig(root, path, texts), profile, tier }, findings };
}

function isText(node: ConfigNode | undefined): node is ConfigNode {
  return node?.kind === 'scalar' && typeof node.value === 'string';
}

function textOf(node: ConfigNode): string {
  return node.kind === 'scalar' ? String(node.value) : '';
}

function unknown(text: string, what: string, names: readonly string[]): Finding {
  const message = `"${text}" is not a ${what}. Choose one of ${names.join(', ')}.`;
  return { code: 'C112', severity: 'error', message, expected: names, actual: text };
}
