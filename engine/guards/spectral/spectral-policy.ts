import type { Checked } from '../../core/findings.ts';
import { isFiniteNumber, isObject, type JsonObject } from '../../core/json-access.ts';
import { finiteNumber } from '../../policy/finite-number.ts';
import { type EstimatorSettings, estimatorSettings } from '../common/estimator-settings.ts';
import { PolicyValues } from '../common/policy-values.ts';
import type { MultipleTesting } from './multiple-testing.ts';
import type { PairedLimits } from './paired-limits.ts';

/** The settings of the spectral guard, spelled as reports do (spec 03 §3.9). */
export interface SpectralPolicy {
  readonly scope: string;
  readonly sigma_quantile: number;
  readonly deadband: number;
  readonly max_caps: number;
  readonly max_spectral_norm: number | null;
  readonly family_caps: FamilyCaps;
  /** As it was given; `testingOf` reads it. */
  readonly multiple_testing: JsonObject;
  readonly estimator: EstimatorSettings;
  readonly degeneracy: DegeneracySettings;
  /** Limits of our own on every weight against itself; the reference has none. */
  readonly paired?: PairedLimits;
  /** These two change nothing (Q15). */
  readonly correction_enabled: boolean;
  readonly ignore_preview_inflation: boolean;
}

export type FamilyCaps = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface DegeneracySettings {
  readonly enabled: boolean;
  readonly stable_rank: DropRatios;
  readonly norm_collapse: DropRatios;
}

export interface DropRatios {
  readonly warn_ratio: number;
  readonly fatal_ratio: number;
}

const scopes = ['all', 'ffn', 'attn', 'ffn+proj'] as const;
const defaultCaps: FamilyCaps = {
  ffn: { kappa: 2.5 },
  attn: { kappa: 2.8 },
  embed: { kappa: 3 },
  other: { kappa: 3 },
};
const defaultTesting = { method: 'bh', alpha: 0.05, m: 4 };

/** A policy from a configuration or a tier; the guard must not run with one that has findings. */
export function spectralPolicy(raw: JsonObject): Checked<SpectralPolicy> {
  const values = new PolicyValues('spectral', raw);
  for (const name of ['contraction', 'kappa']) values.rejectKey(name, 'Use sigma_quantile.');
  values.rejectKey('multipletesting', 'Use multiple_testing.');
  const testing = values.object('multiple_testing') ?? defaultTesting;
  if (methodNamed(testing.method ?? 'bh') === undefined)
    values.refuse('multiple_testing.method', testing.method, 'bh or bonferroni');
  const alpha = testing.alpha ?? defaultTesting.alpha;
  if (!(isFiniteNumber(alpha) && alpha > 0 && alpha <= 1))
    values.refuse('multiple_testing.alpha', testing.alpha, 'a number above 0 and at most 1');
  const maximum = raw.max_spectral_norm;
  const paired = pairedLimits(values);
  const value: SpectralPolicy = {
    scope: values.choice('scope', scopes, 'all'),
    sigma_quantile: values.number('sigma_quantile', 0.95, { from: 0, to: 1 }),
    deadband: values.number('deadband', 0.1, { from: 0, to: 0.5 }),
    max_caps: values.whole('max_caps', 5, { from: 0 }),
    max_spectral_norm:
      maximum === undefined || maximum === null ? null : values.number('max_spectral_norm', 0),
    family_caps: familyCaps(values.object('family_caps')),
    multiple_testing: testing,
    estimator: estimatorSettings(values.object('estimator'), 4),
    degeneracy: degeneracySettings(values.object('degeneracy')),
    ...(paired ? { paired } : {}),
    correction_enabled: values.truth('correction_enabled', true),
    ignore_preview_inflation: values.truth('ignore_preview_inflation', true),
  };
  return { value, findings: values.findings };
}

function pairedLimits(values: PolicyValues): PairedLimits | undefined {
  const raw = values.object('paired');
  if (!raw) return undefined;
  const limit = (name: string, value: unknown): number | null => {
    if (isFiniteNumber(value) && value >= 0) return value;
    if (value !== undefined && value !== null)
      values.refuse(`paired.${name}`, value, 'a number from 0, or null for no limit');
    return null;
  };
  const families = isObject(raw.family_distance) ? raw.family_distance : {};
  return {
    sigma_change: limit('sigma_change', raw.sigma_change),
    distance: limit('distance', raw.distance),
    family_distance: Object.fromEntries(
      Object.entries(families).map(([family, value]) => [family, limit(`family_distance.${family}`, value)]),
    ),
  };
}

/** What the policy asks of the test; unknown methods are bonferroni, an alpha of 0 is 0.05 (Q13). */
export function testingOf({ multiple_testing: raw }: Pick<SpectralPolicy, 'multiple_testing'>): Omit<
  MultipleTesting,
  'm'
> & {
  readonly m: number | undefined;
} {
  const m = Math.trunc(finiteNumber(raw.m) ?? 0);
  return {
    method: methodNamed(raw.method ?? 'bh') ?? 'bonferroni',
    alpha: finiteNumber(raw.alpha) || defaultTesting.alpha,
    m: m > 0 ? m : undefined,
  };
}

function methodNamed(method: unknown): MultipleTesting['method'] | undefined {
  const name = String(method).trim().toLowerCase();
  if (['bh', 'benjamini-hochberg', 'benjamini_hochberg'].includes(name)) return 'bh';
  return ['bonferroni', 'bonf'].includes(name) ? 'bonferroni' : undefined;
}

/** A plain number is the family's κ. */
function familyCaps(raw: JsonObject | undefined): FamilyCaps {
  const caps = Object.entries(raw ?? {}).flatMap(([family, cap]) => {
    if (isFiniteNumber(cap)) return [[family, { kappa: cap }] as const];
    const usable = isObject(cap) ? Object.entries(cap).filter(([, value]) => isFiniteNumber(value)) : [];
    return usable.length > 0 ? [[family, Object.fromEntries(usable) as Record<string, number>] as const] : [];
  });
  return caps.length > 0 ? Object.fromEntries(caps) : defaultCaps;
}

function degeneracySettings(raw: JsonObject | undefined): DegeneracySettings {
  const ratios = (name: string, warn: number, fatal: number): DropRatios => {
    const given = isObject(raw?.[name]) ? raw[name] : {};
    return {
      warn_ratio: finiteNumber(given.warn_ratio) ?? warn,
      fatal_ratio: finiteNumber(given.fatal_ratio) ?? fatal,
    };
  };
  return {
    enabled: raw?.enabled === undefined ? true : Boolean(raw.enabled),
    stable_rank: ratios('stable_rank', 0.5, 0.25),
    norm_collapse: ratios('norm_collapse', 0.25, 0.1),
  };
}

/**
 * The caps that apply. By default every family has one: experts and routers take the feed-forward cap, and a cap of 0,
 * which would let one outlier condemn its whole family, gives way to the usual one (Q7, Q8).
 */
export function effectiveCaps(
  { family_caps: caps }: Pick<SpectralPolicy, 'family_caps'>,
  families: readonly string[],
  { reference = false }: { readonly reference?: boolean } = {},
): FamilyCaps {
  if (reference) return caps;
  const capOf = (family: string): number => {
    const own = caps[family]?.kappa;
    if (own !== undefined && own > 0) return own;
    if (['router', 'expert_ffn'].includes(family)) return capOf('ffn');
    return defaultCaps[family]?.kappa ?? 3;
  };
  const all = new Set([...Object.keys(caps), ...families]);
  return Object.fromEntries([...all].map((family) => [family, { ...caps[family], kappa: capOf(family) }]));
}
