import { loglossInterval, pairedDeltaLogInterval } from '../../metrics/bootstrap.ts';
import { mean } from '../../numerics/numpy-reduce.ts';
import type { Interval } from '../../report/run-report.ts';
import type { AbResult } from './ab-gate.ts';
import { type PredictiveState, predictiveGate, unevaluated } from './predictive-gate.ts';
import type { VariancePolicy } from './variance-policy.ts';

/** Losses of the same windows, in the same order. */
export interface ScalingLosses {
  readonly without: readonly number[];
  /** Undefined when there is no scale to try. */
  readonly withScales: readonly number[] | undefined;
  readonly tokenCounts: readonly number[];
}

export interface ScalingComparison extends AbResult {
  readonly status: 'complete' | 'no_scaling_required' | 'insufficient';
  /** Windows that count. */
  readonly coverage: number;
  readonly predictive: PredictiveState;
  /** Means over the windows that there are, too few or not. */
  readonly pointEstimates: { readonly without: number | null; readonly withScales: number | null };
}

const REPLICATES = 500;
/** Keeps the predictive interval's draws apart from the ratio's. */
const PREDICTIVE_SEED_OFFSET = 211;

/**
 * Compares the losses with and without scales (spec 03 §5.8). Windows are paired by their place; one that is not finite in
 * either arm does not count in both (Q27).
 */
export function compareScaling(
  { without, withScales, tokenCounts }: ScalingLosses,
  policy: VariancePolicy,
): ScalingComparison {
  const windows = without
    .map((a, index) => ({ a, b: withScales?.[index] ?? a, weight: tokenCounts[index] ?? 1 }))
    .filter(({ a, b }) => Number.isFinite(Math.exp(a)) && Number.isFinite(Math.exp(b)));
  const { seed, min_coverage: least } = policy.calibration;
  const coverage = windows.length;
  const before = windows.map(({ a }) => Math.exp(a));
  const pplWithout = coverage === 0 ? null : mean(before);
  if (coverage < least) {
    return {
      ...nothingCompared,
      coverage,
      predictive: unevaluated('insufficient_coverage'),
      pointEstimates: { without: pplWithout, withScales: null },
    };
  }
  if (!withScales) {
    return {
      status: 'no_scaling_required',
      coverage,
      gain: 0,
      pplWithout,
      pplWith: pplWithout,
      ratioInterval: [1, 1],
      predictive: unevaluated('no_scales', true),
      pointEstimates: { without: pplWithout, withScales: pplWithout },
    };
  }
  const after = windows.map(({ b }) => Math.exp(b));
  const pplWith = mean(after);
  const ratios = after.map((value, index) => value / (before[index] ?? 1));
  const options = { replicates: REPLICATES, alpha: policy.alpha };
  return {
    status: 'complete',
    coverage,
    gain: ((pplWithout ?? 0) - pplWith) / Math.max(pplWithout ?? 0, 1e-9),
    pplWithout,
    pplWith,
    ratioInterval: loglossInterval(ratios, { ...options, method: 'percentile', seed }),
    predictive: predict(windows, policy),
    pointEstimates: { without: pplWithout, withScales: pplWith },
  };
}

const nothingCompared = {
  status: 'insufficient',
  gain: null,
  pplWithout: null,
  pplWith: null,
  ratioInterval: null,
} as const;

interface PairedWindow {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

function predict(windows: readonly PairedWindow[], policy: VariancePolicy): PredictiveState {
  const interval = deltaInterval(windows, policy.alpha, policy.calibration.seed + PREDICTIVE_SEED_OFFSET);
  const total = windows.reduce((sum, { weight }) => sum + weight, 0);
  const meanDelta = windows.reduce((sum, { a, b, weight }) => sum + weight * (b - a), 0) / total;
  const reason = policy.predictive_gate
    ? predictiveGate({
        meanDelta,
        interval,
        minimumEffect: policy.min_effect_lognll,
        oneSided: policy.predictive_one_sided,
      })
    : 'disabled';
  const [low, high] = interval;
  return {
    evaluated: true,
    passed: reason === 'disabled' || reason === 'ci_gain_met',
    reason,
    delta_ci: [low, high],
    gain_ci: [-high, -low],
    mean_delta: meanDelta,
  };
}

function deltaInterval(windows: readonly PairedWindow[], alpha: number, seed: number): Interval {
  return pairedDeltaLogInterval(
    windows.map(({ b }) => b),
    windows.map(({ a }) => a),
    windows.map(({ weight }) => weight),
    { method: 'bca', replicates: REPLICATES, alpha, seed },
  );
}
