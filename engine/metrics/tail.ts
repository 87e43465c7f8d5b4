import { halfEven } from '../numerics/half-even.ts';
import type { TailPolicy } from '../policy/tiers.ts';

export interface TailResult {
  readonly mode: TailPolicy['mode'];
  readonly evaluated: boolean;
  readonly passed: boolean;
  readonly warned: boolean;
  readonly violations: readonly TailViolation[];
  readonly policy: TailPolicy;
  readonly stats: TailStats;
  readonly source: 'paired_baseline.final';
}

type TailViolation =
  | {
      readonly type: 'quantile_max_exceeded';
      readonly quantile: number;
      readonly observed: number;
      readonly threshold: number;
    }
  | {
      readonly type: 'tail_mass_exceeded';
      readonly epsilon: number;
      readonly observed: number;
      readonly threshold: number;
    };

interface TailStats {
  readonly n: number;
  readonly epsilon: number;
  /** Null when there is no delta. */
  readonly max: number | null;
  readonly tail_mass: number;
  readonly tail_mass_weighted?: number;
  readonly tail_mass_weighted_by?: 'weights';
  /** `q50`, `q90`, … */
  readonly [quantile: `q${number}`]: number | null;
}

/**
 * The tail of the paired log-loss differences (spec 02 §7.1, §7.2): how bad the worst windows got, where a mean may still
 * look fine. `weights` are used only when every delta has one; a difference that is not finite leaves together with its
 * weight.
 */
export function evaluateTail(
  deltas: readonly number[],
  weights: readonly number[] | undefined,
  policy: TailPolicy,
): TailResult {
  const quantiles = [0.5, 0.9, 0.95, 0.99, policy.quantile];
  const stats = tailSummary(deltas, weights, { quantiles, epsilon: policy.epsilon });
  const finite = deltas.filter(Number.isFinite);
  const hasThreshold = policy.quantile_max !== null || policy.mass_max !== null;
  const evaluated = policy.mode !== 'off' && hasThreshold && finite.length >= Math.max(1, policy.min_windows);
  const violations = evaluated ? tailViolations(finite, stats, policy) : [];
  const passed = violations.length === 0;
  return {
    mode: policy.mode,
    evaluated,
    passed,
    warned: evaluated && !passed && policy.mode === 'warn',
    violations,
    policy,
    stats,
    source: 'paired_baseline.final',
  };
}

/** The quantile that the policy gates on, by value and not by its rounded label (spec 02 EQ-44); null when empty. */
export function gatedQuantile(deltas: readonly number[], policy: TailPolicy): number | null {
  return interpolated(
    [...deltas].filter(Number.isFinite).sort((a, b) => a - b),
    policy.quantile,
  );
}

/**
 * Size, largest value, mass above epsilon and quantiles of the differences that are finite (spec 02 §7.1). Quantiles are
 * labelled in rounded percent; of two with one label the larger stays.
 *
 * Weights count only when every difference has one. With `reference`, differences beyond the last weight are dropped
 * instead, as the reference does, which would hide windows.
 */
export function tailSummary(
  deltas: readonly number[],
  weights: readonly number[] | undefined,
  options: { readonly quantiles: readonly number[]; readonly epsilon: number; readonly reference?: boolean },
): TailStats {
  const { values, kept } = finitePairs(deltas, weights, options.reference ?? false);
  const epsilon = Number.isFinite(options.epsilon) && options.epsilon >= 0 ? options.epsilon : 0;
  const sorted = [...values].sort((a, b) => a - b);
  const above = values.filter((value) => value > epsilon).length;
  const shares = options.quantiles.filter(Number.isFinite).map((share) => Math.min(1, Math.max(0, share)));
  const quantiles: Record<`q${number}`, number | null> = {};
  for (const share of shares.sort((a, b) => a - b)) {
    quantiles[`q${halfEven(100 * share)}`] = interpolated(sorted, share);
  }
  return {
    n: values.length,
    epsilon,
    max: sorted.at(-1) ?? null,
    tail_mass: values.length === 0 ? 0 : above / values.length,
    ...weightedMass(values, kept, epsilon),
    ...quantiles,
  };
}

/** A difference that is not finite leaves together with its weight. */
function finitePairs(
  deltas: readonly number[],
  weights: readonly number[] | undefined,
  dropsUnweighted: boolean,
): { readonly values: readonly number[]; readonly kept: readonly number[] | undefined } {
  const usable = weights && (dropsUnweighted || weights.length === deltas.length) ? weights : undefined;
  const used = usable ? deltas.slice(0, usable.length) : deltas;
  return {
    values: used.filter(Number.isFinite),
    kept: usable?.slice(0, used.length).filter((_, index) => Number.isFinite(used[index])),
  };
}

function weightedMass(deltas: readonly number[], weights: readonly number[] | undefined, epsilon: number) {
  if (!weights) return {};
  let total = 0;
  let above = 0;
  for (const [index, delta] of deltas.entries()) {
    const given = weights[index] ?? 0;
    const weight = Number.isFinite(given) && given > 0 ? given : 0;
    total += weight;
    if (delta > epsilon) above += weight;
  }
  return total > 0 ? { tail_mass_weighted: above / total, tail_mass_weighted_by: 'weights' as const } : {};
}

function tailViolations(deltas: readonly number[], stats: TailStats, policy: TailPolicy): TailViolation[] {
  const violations: TailViolation[] = [];
  const observed = gatedQuantile(deltas, policy);
  if (policy.quantile_max !== null && observed !== null && observed > policy.quantile_max) {
    violations.push({
      type: 'quantile_max_exceeded',
      quantile: policy.quantile,
      observed,
      threshold: policy.quantile_max,
    });
  }
  if (policy.mass_max !== null && stats.tail_mass > policy.mass_max) {
    violations.push({
      type: 'tail_mass_exceeded',
      epsilon: stats.epsilon,
      observed: stats.tail_mass,
      threshold: policy.mass_max,
    });
  }
  return violations;
}

/** Linear interpolation at q·(n − 1): a + share·(b − a). */
function interpolated(sorted: readonly number[], quantile: number): number | null {
  if (sorted.length === 0) return null;
  const position = Math.min(1, Math.max(0, quantile)) * (sorted.length - 1);
  const index = Math.floor(position);
  const a = sorted[index] ?? 0;
  const b = sorted[Math.min(index + 1, sorted.length - 1)] ?? a;
  return a + (position - index) * (b - a);
}
