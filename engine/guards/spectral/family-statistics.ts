import { mean, percentile, quantile, standardDeviation } from '../../numerics/numpy-reduce.ts';
import type { FamilyCaps } from './spectral-policy.ts';

/** How σ̂ is distributed over the modules of a family in one model (spec 03 §3.4). */
export interface FamilyStatistics {
  readonly count: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export type ModuleNumbers = Readonly<Record<string, number>>;
type ModuleFamilies = Readonly<Record<string, string>>;

export function familyStatistics(
  sigmas: ModuleNumbers,
  families: ModuleFamilies,
): Record<string, FamilyStatistics> {
  return mapFamilies(sigmas, families, (modules) => {
    const values = modules.map(([, sigma]) => sigma);
    return {
      count: values.length,
      mean: mean(values),
      std: standardDeviation(values, 0),
      min: Math.min(...values),
      max: Math.max(...values),
    };
  });
}

/**
 * How far σ̂ is from the family's mean, in the family's standard deviations. A family without spread falls back to the
 * change against the module's own baseline, in deadbands; this is the only place where the deadband acts (spec 03 §3.5).
 */
export function zScore(
  sigma: number,
  statistics: { readonly mean?: number | null; readonly std?: number | null },
  baseline: number,
  deadband: number,
): number {
  const spread = statistics.std ?? 0;
  if (spread > 0) return (sigma - (statistics.mean ?? 0)) / spread;
  const change = sigma / (baseline > 0 ? baseline : 1) - 1;
  if (Math.abs(change) <= deadband) return 0;
  return change / (deadband > 0 ? deadband : 1);
}

/** The σ̂ that a share of the modules stays below; the share itself when there are none. */
export function targetSigma(sigmas: ModuleNumbers, share: number): number {
  const sorted = Object.values(sigmas).sort((a, b) => a - b);
  return sorted.length === 0 ? share : percentile(sorted, 100 * share);
}

export interface FamilySummary {
  readonly max: number;
  readonly mean: number;
  readonly count: number;
  /** Modules whose signed z is above κ, before any test (Q12). */
  readonly violations: number;
  readonly kappa?: number;
}

/** Signed z-scores by family. */
export function summarizeFamilies(
  zScores: ModuleNumbers,
  families: ModuleFamilies,
  caps: FamilyCaps,
): Record<string, FamilySummary> {
  return mapFamilies(zScores, families, (modules, family) => {
    const values = modules.map(([, z]) => z);
    const kappa = caps[family]?.kappa;
    return {
      max: Math.max(...values),
      mean: mean(values),
      count: values.length,
      violations: kappa === undefined ? 0 : values.filter((z) => z > kappa).length,
      ...(kappa === undefined ? {} : { kappa }),
    };
  });
}

/** Sizes of z-scores by family. */
export function familyQuantiles(
  zScores: ModuleNumbers,
  families: ModuleFamilies,
): Record<string, { q95: number; q99: number; max: number; count: number }> {
  return mapFamilies(zScores, families, (modules) => {
    const sizes = modules.map(([, z]) => Math.abs(z)).sort((a, b) => a - b);
    return {
      q95: quantile(sizes, 0.95),
      q99: quantile(sizes, 0.99),
      max: sizes.at(-1) ?? 0,
      count: sizes.length,
    };
  });
}

/** The three modules of each family that are farthest out. */
export function farthestModules(
  zScores: ModuleNumbers,
  families: ModuleFamilies,
): Record<string, { module: string; z: number; family: string }[]> {
  return mapFamilies(zScores, families, (modules, family) =>
    modules
      .map(([module, z]) => ({ module, z: Math.abs(z), family }))
      .sort((a, b) => b.z - a.z)
      .slice(0, 3),
  );
}

function mapFamilies<T>(
  numbers: ModuleNumbers,
  families: ModuleFamilies,
  summarize: (modules: readonly (readonly [string, number])[], family: string) => T,
): Record<string, T> {
  const groups = new Map<string, [string, number][]>();
  for (const [module, number] of Object.entries(numbers)) {
    const family = families[module] ?? 'other';
    groups.set(family, [...(groups.get(family) ?? []), [module, number]]);
  }
  return Object.fromEntries([...groups].map(([family, modules]) => [family, summarize(modules, family)]));
}
