import path from 'node:path';
import type { Checked, Finding } from '../core/findings.ts';
import type { TierName } from '../policy/tiers.ts';
import { nodeAt } from './config-node.ts';
import type { LoadedConfig, ValueOrigin } from './load-config.ts';
import { defaultProfile, defaultTier, profileNames, tierNames } from './profile-overlays.ts';
import type { Setting } from './run-settings.ts';

/** What the command line gives; a flag wins over the certify section. Relative paths start at `workingFolder`. */
export interface CertifyFlags {
  readonly baseline?: string | undefined;
  readonly subject?: string | undefined;
  readonly profile?: string | undefined;
  readonly tier?: string | undefined;
  readonly adapter?: string | undefined;
  readonly out?: string | undefined;
  readonly certOut?: string | undefined;
  /** `--edit`: the subject is made from the baseline. */
  readonly makesSubject?: boolean;
  /** Names of the profiles in INVARLOCK_CONFIG_ROOT. */
  readonly customProfiles?: readonly string[];
  readonly workingFolder: string;
}

/** One certification, decided. Paths are absolute. */
export interface CertifyRequest {
  readonly baseline: Setting<string>;
  readonly subject: Setting<string>;
  readonly profile: Setting<string>;
  readonly tier: Setting<TierName>;
  readonly adapter: Setting<string>;
  readonly out: Setting<string>;
  readonly certOut: Setting<string>;
}

/**
 * Merges flags over the certify section. Without a configuration the flags and the defaults decide.
 *
 * Defaults: profile ci, tier balanced, adapter auto, out `runs`, cert_out `reports/cert` (spec 01 §3.3).
 */
export function resolveCertifyRequest(
  config: LoadedConfig | undefined,
  flags: CertifyFlags,
): Checked<CertifyRequest> {
  const findings: Finding[] = [];
  const file = config && { file: config.path };
  const missing = (flag: string, key: string) => {
    const message = `No ${key} was given. Name its folder with --${flag}, or with certify.${key} in a configuration file.`;
    findings.push({ code: 'C116', severity: 'error', message, ...file, expected: key });
  };
  const folder = (flag: string | undefined, name: string, key: string, fallback?: string) => {
    if (flag !== undefined) return { value: path.resolve(flags.workingFolder, flag), origin: fromFlag(name) };
    const pointer = `/certify/${key}`;
    const value = config?.resolvePath(pointer);
    const origin = config?.origin(pointer);
    if (value !== undefined && origin) return { value, origin };
    if (fallback !== undefined)
      return { value: path.resolve(flags.workingFolder, fallback), origin: fromDefault() };
    missing(name, key);
    return undefined;
  };
  const word = (flag: string | undefined, name: string, pointers: readonly string[], fallback: string) => {
    if (flag !== undefined) return { value: flag, origin: fromFlag(name) };
    for (const pointer of pointers) {
      const node = config && nodeAt(config.root, pointer)?.node;
      const origin = config?.origin(pointer);
      if (origin && node?.kind === 'scalar' && typeof node.value === 'string')
        return { value: node.value, origin };
    }
    return { value: fallback, origin: fromDefault() };
  };
  const oneOf = <T extends string>(setting: Setting<string>, names: readonly T[], name: string) => {
    // Labels are compared lower-cased and trimmed, as the reference does.
    const wanted = setting.value.trim().toLowerCase();
    const value = names.find((one) => one === wanted);
    if (value !== undefined) return { value, origin: setting.origin };
    const message = `"${setting.value}" is not a ${name}. Choose one of ${names.join(', ')}.`;
    findings.push({ code: 'C112', severity: 'error', message, expected: names, actual: setting.value });
    return undefined;
  };

  const baseline = folder(flags.baseline, 'baseline', 'baseline');
  const subject = flags.makesSubject ? baseline : folder(flags.subject, 'subject', 'subject');
  const out = folder(flags.out, 'out', 'out', 'runs');
  const certOut = folder(flags.certOut, 'cert-out', 'cert_out', path.join('reports', 'cert'));
  const profiles: readonly string[] = [...profileNames, ...(flags.customProfiles ?? [])];
  const profile = oneOf(
    word(flags.profile, 'profile', ['/certify/profile'], defaultProfile),
    profiles,
    'profile',
  );
  const tier = oneOf(
    word(flags.tier, 'tier', ['/certify/tier', '/auto/tier'], defaultTier),
    tierNames,
    'tier',
  );
  const adapter = word(flags.adapter, 'adapter', ['/certify/adapter', '/model/adapter'], 'auto');
  if (!baseline || !subject || !out || !certOut || !profile || !tier) return { value: undefined, findings };
  return { value: { baseline, subject, profile, tier, adapter, out, certOut }, findings };
}

function fromFlag(name: string): ValueOrigin {
  return { kind: 'flag', file: undefined, range: undefined, label: `--${name}` };
}

function fromDefault(): ValueOrigin {
  return { kind: 'default', file: undefined, range: undefined, label: undefined };
}
