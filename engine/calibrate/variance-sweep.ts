import { intervalAt, type JsonObject, numberAt, objectAt } from '../core/json-access.ts';
import { mean } from '../numerics/numpy-reduce.ts';
import { roundDecimals } from '../numerics/round-decimals.ts';
import { guardEntryOf, share } from './sweep-reports.ts';

/** What runs say about the gain that scaling is predicted to have, and the effect that few of them reach. */
export interface VarianceSweepSummary {
  readonly tier: string;
  readonly n_runs: number;
  readonly observed: { readonly evaluated_runs: number; readonly mean_ci_width: number | null };
  readonly recommendations: {
    readonly min_effect_lognll: number;
    readonly expected_enable_rate: number;
  };
}

interface ThresholdOptions {
  /** Share of runs that may enable scaling; 0.05 where it is not in [0, 1]. */
  readonly targetRate?: number;
  /** By which share the threshold is raised; 0 where it is not in [0, 1]. */
  readonly safetyMargin?: number;
  /** Stops at the largest gain that keeps the rate, as the reference does, instead of the smallest (Q34). */
  readonly reference?: boolean;
}

/** Summarizes reports of a variance sweep (spec 03 §8). */
export function summarizeVarianceSweep(
  reports: readonly unknown[],
  { tier, oneSided, ...options }: ThresholdOptions & { readonly tier: string; readonly oneSided: boolean },
): VarianceSweepSummary {
  const gates = reports.map(
    (report) => objectAt(guardEntryOf(report, 'variance'), 'metrics', 'predictive_gate') ?? {},
  );
  const intervals = gates.map((gate) => intervalAt(gate, 'delta_ci')).filter((one) => one !== undefined);
  const gains = gates.map((gate) => gainBound(gate, oneSided));
  const { threshold, rate } = recommendThreshold(gains, options);
  return {
    tier: tier.trim().toLowerCase(),
    n_runs: reports.length,
    observed: {
      evaluated_runs: gates.filter(({ evaluated }) => evaluated === true).length,
      mean_ci_width: intervals.length === 0 ? null : mean(intervals.map(([low, high]) => high - low)),
    },
    recommendations: { min_effect_lognll: threshold, expected_enable_rate: rate },
  };
}

/**
 * A gain that at most the target share of the runs reaches, with that share. Where not even one run may reach it, or too
 * many have the largest gain, it is the largest gain.
 *
 * @example recommendThreshold([0.1, 0.2, 0.3, 0.4], { targetRate: 0.25 }) // { threshold: 0.4, rate: 0.25 }
 */
export function recommendThreshold(
  gains: readonly number[],
  { targetRate, safetyMargin, reference = false }: ThresholdOptions,
): { readonly threshold: number; readonly rate: number } {
  const raised = (gain: number) => roundDecimals(gain * (1 + share(safetyMargin, 0)), 3);
  const allowed = Math.floor(share(targetRate, 0.05) * gains.length);
  const reaching = (threshold: number) => gains.filter((gain) => gain >= threshold).length;
  const distinct = [...new Set(gains)].sort((a, b) => (reference ? b - a : a - b));
  const found = distinct.find((gain) => reaching(gain) <= allowed);
  if (found === undefined) return { threshold: raised(Math.max(0, ...gains)), rate: 0 };
  return { threshold: raised(found), rate: reaching(found) / gains.length };
}

/** The gain that a run is sure of; 0 where its interval does not exclude a loss. */
function gainBound(gate: JsonObject, oneSided: boolean): number {
  const [, high] = intervalAt(gate, 'delta_ci') ?? [0, 0];
  const meanDelta = numberAt(gate, 'mean_delta') ?? 0;
  return high >= 0 || (oneSided && !(meanDelta < 0)) ? 0 : -high;
}
