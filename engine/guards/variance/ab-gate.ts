import type { Interval } from '../../report/run-report.ts';

/** What the comparison with and without scales gave. */
export interface AbResult {
  /** (A − B) ÷ A; null when nothing was compared. */
  readonly gain: number | null;
  readonly pplWithout: number | null;
  readonly pplWith: number | null;
  readonly ratioInterval: Interval | null;
}

export interface AbLimits {
  readonly mode: string;
  readonly min_gain: number;
  readonly min_rel_gain: number;
  readonly min_effect_lognll: number | null;
  readonly tie_breaker_deadband: number;
  /** In perplexity, so a model whose perplexity is low can never reach it (Q25). */
  readonly absolute_floor_ppl: number;
  readonly predictive_gate: boolean;
}

export type AbReason =
  | 'no_ab_results'
  | 'invalid_ppl_values'
  | 'below_min_rel_gain'
  | 'below_min_effect_lognll'
  | 'missing_ratio_ci'
  | 'invalid_ratio_ci'
  | 'ci_interval_too_high'
  | 'below_absolute_floor'
  | 'below_threshold_with_deadband'
  | 'predictive_gate_failed'
  | 'criteria_met';

/** The first test that fails; scaling is worth it only for `criteria_met` (spec 03 §5.8). */
export function abGate(result: AbResult, limits: AbLimits, predictivePassed: boolean): AbReason {
  const { gain, pplWithout: without, pplWith: withScales, ratioInterval } = result;
  if (gain === null) return 'no_ab_results';
  if (without === null || withScales === null || !(without > 0 && withScales > 0))
    return 'invalid_ppl_values';
  if (gain < limits.min_rel_gain) return 'below_min_rel_gain';
  const effect = limits.min_effect_lognll;
  if (effect !== null && Math.log(without) - Math.log(withScales) < effect) return 'below_min_effect_lognll';
  if (limits.mode === 'ci') {
    if (!ratioInterval) return 'missing_ratio_ci';
    if (!ratioInterval.every((bound) => Number.isFinite(bound) && bound > 0)) return 'invalid_ratio_ci';
    if (ratioInterval[1] > Math.min(1 - limits.min_rel_gain, Math.exp(-(effect ?? 0))))
      return 'ci_interval_too_high';
  }
  if (without - withScales < limits.absolute_floor_ppl) return 'below_absolute_floor';
  if (gain < limits.min_gain + limits.tie_breaker_deadband) return 'below_threshold_with_deadband';
  return limits.predictive_gate && !predictivePassed ? 'predictive_gate_failed' : 'criteria_met';
}
