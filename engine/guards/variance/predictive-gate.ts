import type { Interval } from '../../report/run-report.ts';

/** Whether scaling is predicted to help, as it stands in reports. */
export interface PredictiveState {
  readonly evaluated: boolean;
  readonly passed: boolean;
  readonly reason: string;
  /** Of the paired difference of log losses, with scales less without. */
  readonly delta_ci: readonly [number | null, number | null];
  readonly gain_ci: readonly [number | null, number | null];
  readonly mean_delta: number | null;
}

export type PredictiveReason =
  | 'ci_unavailable'
  | 'ci_contains_zero'
  | 'mean_not_negative'
  | 'regression_detected'
  | 'gain_below_threshold'
  | 'ci_gain_met';

/** The reason says whether it passed: only `ci_gain_met` does (spec 03 §5.8). */
export function predictiveGate({
  meanDelta: mean,
  interval,
  minimumEffect: effect,
  oneSided,
}: {
  readonly meanDelta: number;
  readonly interval: Interval | undefined;
  readonly minimumEffect: number;
  readonly oneSided: boolean;
}): PredictiveReason {
  const [low, high] = interval ?? [Number.NaN, Number.NaN];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'ci_unavailable';
  if (oneSided) {
    if (high >= 0) return 'ci_contains_zero';
    if (mean >= 0) return 'mean_not_negative';
  } else {
    if (low <= 0 && high >= 0) return 'ci_contains_zero';
    if (low > 0) return low >= effect && mean >= effect ? 'regression_detected' : 'mean_not_negative';
  }
  if (high > -effect) return 'gain_below_threshold';
  if (!oneSided && mean >= 0) return 'mean_not_negative';
  return mean > -effect ? 'gain_below_threshold' : 'ci_gain_met';
}

/** Nothing was compared. */
export function unevaluated(reason: string, evaluated = false): PredictiveState {
  const nothing = [null, null] as const;
  return { evaluated, passed: false, reason, delta_ci: nothing, gain_ci: nothing, mean_delta: null };
}

/**
 * What the gate over the whole comparison goes by when nothing was predicted: an interval of the ratio that lies below 1
 * speaks for scaling by itself, any other interval does not speak against it.
 */
export function settledPredictive(
  state: PredictiveState | undefined,
  ratioInterval: Interval | null,
): PredictiveState {
  if (!state) {
    const isBelowOne = ratioInterval !== null && ratioInterval[1] < 1;
    return isBelowOne
      ? { ...unevaluated('manual_override', true), passed: true }
      : unevaluated('not_evaluated');
  }
  return state.evaluated || ratioInterval === null ? state : { ...state, evaluated: true, passed: true };
}
