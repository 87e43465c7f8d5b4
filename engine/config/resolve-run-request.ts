import path from 'node:path';
import type { Checked, Finding } from '../core/findings.ts';
import type { TierName } from '../policy/tiers.ts';
import { nodeAt } from './config-node.ts';
import type { LoadedConfig, ValueOrigin } from './load-config.ts';
import { profileNames, tierNames } from './profile-overlays.ts';
import type { Setting } from './run-settings.ts';

export interface RunFlags {
  readonly profile?: string | undefined;
  readonly tier?: string | undefined;
  readonly out?: string | undefined;
  /** Names of the profiles in INVARLOCK_CONFIG_ROOT. */
  readonly customProfiles?: readonly string[];
  readonly workingFolder: string;
}

/** One run of one model, decided. Paths are absolute. */
export interface RunRequest {
  readonly model: Setting<string>;
  readonly adapter: Setting<string>;
  readonly profile: Setting<string>;
  readonly tier: Setting<TierName>;
  readonly out: Setting<string>;
}

/** Merges flags over the file for `invarlock run`; without a profile it is dev, as the reference's "none" (spec 01 §3.4). */
export function resolveRunRequest(config: LoadedConfig, flags: RunFlags): Checked<RunRequest> {
  const findings: Finding[] = [];
  const model = folderAt(config, '/model/id');
  if (!model) {
    findings.push({
      code: 'C116',
      severity: 'error',
      message: '"model.id" is missing. A run needs the folder of the model.',
      file: config.path,
      expected: 'model.id',
    });
  }
  const profiles: readonly string[] = [...profileNames, ...(flags.customProfiles ?? [])];
  const profile = oneOf(flags.profile ?? 'dev', profiles, 'profile', findings);
  const tierText = flags.tier ?? textAt(config, '/auto/tier') ?? 'balanced';
  const tier = oneOf(tierText, tierNames, 'tier', findings);
  if (!model || !profile || !tier) return { value: undefined, findings };
  const origin = (flag: string | undefined, name: string, pointer: string): ValueOrigin =>
    flag === undefined ? (config.origin(pointer) ?? packaged) : { ...packaged, kind: 'flag', label: name };
  const out =
    flags.out === undefined
      ? (folderAt(config, '/output/dir') ?? {
          value: path.resolve(flags.workingFolder, 'runs'),
          origin: packaged,
        })
      : { value: path.resolve(flags.workingFolder, flags.out), origin: origin(flags.out, '--out', '') };
  return {
    value: {
      model,
      adapter: {
        value: textAt(config, '/model/adapter') ?? 'auto',
        origin: config.origin('/model/adapter') ?? packaged,
      },
      profile: { value: profile, origin: origin(flags.profile, '--profile', '') },
      tier: { value: tier, origin: origin(flags.tier, '--tier', '/auto/tier') },
      out,
    },
    findings,
  };
}

const packaged: ValueOrigin = { kind: 'default', file: undefined, range: undefined, label: undefined };

function folderAt(config: LoadedConfig, pointer: string): Setting<string> | undefined {
  const value = config.resolvePath(pointer);
  const origin = config.origin(pointer);
  return value === undefined || !origin ? undefined : { value, origin };
}

function textAt(config: LoadedConfig, pointer: string): string | undefined {
  const node = nodeAt(config.root, pointer)?.node;
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function oneOf<T extends string>(
  text: string,
  names: readonly T[],
  what: string,
  findings: Finding[],
): T | undefined {
  const wanted = text.trim().toLowerCase();
  const value = names.find((name) => name === wanted);
  if (value === undefined) {
    const message = `"${text}" is not a ${what}. Choose one of ${names.join(', ')}.`;
    findings.push({ code: 'C112', severity: 'error', message, expected: names, actual: text });
  }
  return value;
}
