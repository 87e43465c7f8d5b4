import { zScore } from './family-statistics.ts';
import type { WeightMeasurement } from './measure-weight.ts';
import type { SpectralBaseline } from './spectral-guard.ts';
import type { DropRatios, FamilyCaps, SpectralPolicy } from './spectral-policy.ts';
import type { SpectralViolation } from './spectral-violations.ts';

export interface CheckedModule extends WeightMeasurement {
  readonly family: string;
  readonly z: number;
}

interface Rules {
  readonly policy: SpectralPolicy;
  readonly caps: FamilyCaps;
  readonly reference: boolean;
}

/** Everything that is wrong with the modules that are checked, module by module (spec 03 §3.6). */
export function findViolations(
  modules: readonly CheckedModule[],
  baseline: SpectralBaseline,
  rules: Rules,
): SpectralViolation[] {
  return modules.flatMap((module) => [
    ...overCap(module, baseline, rules),
    ...overLimit(module, rules.policy.max_spectral_norm),
    ...degenerations(module, baseline, rules.policy),
  ]);
}

function overCap(
  { path, family, sigma, z }: CheckedModule,
  baseline: SpectralBaseline,
  { policy, caps, reference }: Rules,
): SpectralViolation[] {
  const kappa = caps[family]?.kappa ?? policy.sigma_quantile;
  if (!(Math.abs(z) > kappa)) return [];
  const own = baseline.sigmas[path] ?? baseline.targetSigma;
  if (!reference) {
    // A module that stood out in the baseline already, and has not moved, is not the edit's doing.
    const before = zScore(own, baseline.statistics[family] ?? {}, own, policy.deadband);
    const moved = Math.abs(sigma / (own > 0 ? own : 1) - 1) > policy.deadband;
    if (Math.abs(before) > kappa && !moved) return [];
  }
  return [
    {
      type: 'family_z_cap',
      severity: 'budgeted',
      module: path,
      family,
      z_score: z,
      kappa,
      sigma,
      baseline_sigma: own,
      message: `The z-score ${z.toFixed(2)} of ${path} is beyond the cap ${kappa} of the family ${family}.`,
    },
  ];
}

function overLimit({ path, family, sigma }: CheckedModule, limit: number | null): SpectralViolation[] {
  if (limit === null || !(sigma > limit)) return [];
  const message = `The spectral norm ${sigma.toPrecision(5)} of ${path} is above ${limit}.`;
  const threshold = limit;
  return [
    {
      type: 'max_spectral_norm',
      severity: 'fatal',
      module: path,
      family,
      current_sigma: sigma,
      threshold,
      message,
    },
  ];
}

function degenerations(
  { path, family, degeneracy: after }: CheckedModule,
  baseline: SpectralBaseline,
  { degeneracy: limits }: SpectralPolicy,
): SpectralViolation[] {
  const before = baseline.degeneracy[path];
  if (!before || !after || !limits.enabled) return [];
  const found: SpectralViolation[] = [];
  const rank = drop(before.stable_rank, after.stable_rank, limits.stable_rank);
  if (rank) {
    found.push({
      type: 'degeneracy_stable_rank_drop',
      module: path,
      family,
      ...rank,
      stable_rank_base: before.stable_rank,
      stable_rank_cur: after.stable_rank,
      message: `The stable rank of ${path} fell to ${rank.ratio.toFixed(3)} of the baseline's.`,
    });
  }
  const collapse = drop(before.norm_collapse, after.norm_collapse, limits.norm_collapse);
  if (collapse) {
    found.push({
      type: 'degeneracy_norm_collapse',
      module: path,
      family,
      ...collapse,
      norm_collapse_base: before.norm_collapse,
      norm_collapse_cur: after.norm_collapse,
      message: `The smallest row or column of ${path} fell to ${collapse.ratio.toFixed(3)} of its share in the baseline.`,
    });
  }
  return found;
}

function drop(before: number, after: number, limits: DropRatios) {
  const ratio = after / before;
  if (!(before > 0) || !Number.isFinite(ratio) || !(ratio < limits.warn_ratio)) return undefined;
  const severity = ratio < limits.fatal_ratio ? ('fatal' as const) : ('budgeted' as const);
  return { severity, ratio, warn_ratio: limits.warn_ratio, fatal_ratio: limits.fatal_ratio };
}
