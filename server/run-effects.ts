import { type ConfigNode, type MappingNode, nodeAt, plainValue } from '../engine/config/config-node.ts';
import { appendPointer } from '../engine/config/json-pointer.ts';
import { loadedConfig } from '../engine/config/load-config.ts';
import { profileAndTier, profileEffects } from '../engine/config/profile-effects.ts';
import { resolveConfig } from '../engine/config/resolve-config.ts';
import { hasErrors } from '../engine/core/findings.ts';
import type { Analysis } from './analysis.ts';
import { type ServerServices, workingFolder } from './services.ts';

/** A value that counts in a run whatever the file says. */
interface RunEffect {
  readonly pointer: string;
  readonly value: unknown;
  /** "the profile ci". */
  readonly by: string;
}

export interface RunEffects {
  readonly profile: string;
  readonly tier: string;
  readonly effects: readonly RunEffect[];
  /** The value that counts at a pointer, from whichever layer. */
  valueAt(pointer: string): unknown;
}

/**
 * What the layers above a file make of it: profile, tier, environment. Undefined for a part of a configuration, where
 * only a run knows. A file with errors is not resolved; what is certain about it is said nevertheless.
 */
export async function runEffects(
  { merged, file, findings, texts }: Analysis,
  services: ServerServices,
): Promise<RunEffects | undefined> {
  if (!merged || !nodeAt(merged, '/certify')) return undefined;
  const { files, environment = {} } = services;
  if (files && texts && !hasErrors(findings)) {
    const inputs = { environment, workingFolder: workingFolder(file, services) };
    const { value } = await resolveConfig(files, loadedConfig(merged, file, texts), inputs);
    if (value) {
      const { config, profile, tier } = value;
      const effects: RunEffect[] = [];
      collect(config.root, '', effects);
      return { profile, tier, effects, valueAt: (pointer) => plainAt(config.root, pointer) };
    }
  }
  const wanted = profileAndTier(merged);
  if (!wanted) return undefined;
  const effects = profileEffects(merged, wanted).map(({ pointer, value, by }) => ({
    pointer,
    value,
    by: `the ${by.kind} ${by.label}`,
  }));
  const valueAt = (pointer: string) =>
    effects.find((effect) => effect.pointer === pointer)?.value ?? plainAt(merged, pointer);
  return { ...wanted, effects, valueAt };
}

function collect(node: ConfigNode, pointer: string, effects: RunEffect[]): void {
  if (node.kind === 'mapping') {
    for (const [key, entry] of node.entries) collect(entry.node, appendPointer(pointer, key), effects);
    return;
  }
  const { kind, label = '' } = node.source;
  const layer = kind === 'environment' ? 'variable' : kind;
  if (layer === 'profile' || layer === 'tier' || layer === 'variable')
    effects.push({ pointer, value: plainValue(node), by: `the ${layer} ${label}`.trim() });
}

function plainAt(root: MappingNode, pointer: string): unknown {
  const node = nodeAt(root, pointer)?.node;
  return node && plainValue(node);
}
