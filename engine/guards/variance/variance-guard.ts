import type { Interval } from '../../report/run-report.ts';
import { type AbReason, abGate } from './ab-gate.ts';
import { rawScales } from './branch-scales.ts';
import { compareScaling, type ScalingComparison, type ScalingLosses } from './compare-scaling.ts';
import { filterScales } from './filter-scales.ts';
import { type PredictiveState, settledPredictive } from './predictive-gate.ts';
import type { VariancePolicy } from './variance-policy.ts';
import type { VarianceTarget } from './variance-targets.ts';

/** Scales by canonical name. */
type Scales = Readonly<Record<string, number>>;

export interface ProposedScales {
  /** What would bring the branches to a mean square of 1. */
  readonly raw: Scales;
  /** What is tried. */
  readonly proposed: Scales;
}

/** The guard's entry in a report. `passed` is null where the architecture has no targets: not applicable (Q26). */
export interface VarianceOutcome {
  readonly passed: boolean | null;
  readonly action: 'continue' | 'warn' | 'abort';
  readonly metrics: VarianceMetrics | Record<string, never>;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /** Whether the scales are worth keeping, and why not. */
  readonly decision?: { readonly enabled: boolean; readonly reason: AbReason };
}

/** Spec 03 §5.9. */
interface VarianceMetrics {
  readonly proposed_scales: number;
  readonly target_modules: number;
  readonly target_module_names: readonly string[];
  readonly focus_modules: readonly string[];
  readonly tap: readonly string[];
  readonly ve_enabled: boolean;
  readonly ab_gain: number;
  readonly ab_windows_used: number | null;
  readonly ab_seed_used: number | null;
  readonly monitor_only: boolean;
  readonly min_gain_threshold: number;
  readonly met_threshold: boolean;
  readonly ppl_no_ve: number | null;
  readonly ppl_with_ve: number | null;
  readonly scope: string;
  readonly max_calib_used: number;
  readonly mode: string;
  readonly min_rel_gain: number;
  readonly alpha: number;
  readonly ratio_ci: Interval | null;
  readonly calibration: VarianceCalibration;
  readonly predictive_gate: PredictiveState;
  readonly ab_point_estimates: {
    readonly ppl_no_ve: number | null;
    readonly ppl_with_ve: number | null;
    readonly coverage?: number;
  };
  readonly raw_scales_pre_edit: Scales;
  readonly raw_scales_post_edit: Scales;
  readonly proposed_scales_pre_edit: Scales;
  readonly proposed_scales_post_edit: Scales;
}

export interface VarianceCalibration {
  readonly requested: number;
  readonly coverage: number;
  readonly min_coverage: number;
  readonly seed: number;
  readonly status: ScalingComparison['status'];
  readonly ppl_no_ve?: number;
  readonly ppl_with_ve?: number;
  readonly ratio_ci?: Interval;
}

/** Scales for the targets, from the mean squares of every branch and window (spec 03 §5.4, §5.5). */
export function proposeScales(
  meanSquares: Readonly<Record<string, readonly number[]>>,
  targets: readonly VarianceTarget[],
  policy: VariancePolicy,
): ProposedScales {
  const found = rawScales(meanSquares, policy);
  const raw = Object.fromEntries(
    targets.flatMap(({ name, branch }) => {
      const scale = found[branch];
      return scale === undefined ? [] : [[name, scale] as const];
    }),
  );
  return { raw, proposed: filterScales(raw, policy) };
}

/**
 * Decides from the losses of the subject with and without scales (spec 03 §5.8). The guard fails only where it could not
 * be prepared: windows that are not the scheduled ones.
 *
 * @example judgeVariance({ targets, baseline, subject, losses, policy, windowsAreScheduled: true }).decision
 */
export function judgeVariance({
  targets,
  baseline,
  subject,
  losses,
  policy,
  windowsAreScheduled,
}: {
  readonly targets: readonly VarianceTarget[];
  readonly baseline: ProposedScales;
  readonly subject: ProposedScales;
  readonly losses: ScalingLosses;
  readonly policy: VariancePolicy;
  readonly windowsAreScheduled: boolean;
}): VarianceOutcome {
  const isMonitor = policy.monitor_only === true;
  if (targets.length === 0) {
    const warning = 'This architecture has no projection that the guard could scale.';
    return { passed: null, action: 'continue', metrics: {}, warnings: [warning], errors: [] };
  }
  if (!windowsAreScheduled) {
    const error = 'The calibration windows are not the scheduled ones.';
    return {
      passed: false,
      action: isMonitor ? 'warn' : 'abort',
      metrics: {},
      warnings: [error],
      errors: [error],
    };
  }
  const scales = isMonitor ? { raw: {}, proposed: {} } : subject;
  const hasScales = Object.keys(scales.proposed).length > 0;
  const comparison = compareScaling(
    { ...losses, withScales: hasScales ? losses.withScales : undefined },
    policy,
  );
  const predictive = settledPredictive(comparison.predictive, comparison.ratioInterval);
  const reason = abGate(comparison, policy, predictive.passed);
  const enabled = hasScales && reason === 'criteria_met';
  const warnings = warningsOf(comparison, policy);
  return {
    passed: true,
    action: warnings.length > 0 ? 'warn' : 'continue',
    metrics: metricsOf({ targets, baseline, scales, comparison, policy, enabled, losses }),
    warnings,
    errors: [],
    decision: { enabled, reason },
  };
}

function warningsOf({ status }: ScalingComparison, { calibration, seed }: VariancePolicy): string[] {
  return [
    ...(status === 'insufficient' || calibration.seed === seed
      ? []
      : [`The seed of the comparison is ${calibration.seed}, not the policy's ${seed}.`]),
    ...(status === 'complete' ? [] : ['Nothing was scaled: there were too few windows, or no scale to try.']),
  ];
}

function metricsOf({
  targets,
  baseline,
  scales,
  comparison,
  policy,
  enabled,
  losses,
}: {
  targets: readonly VarianceTarget[];
  baseline: ProposedScales;
  scales: ProposedScales;
  comparison: ScalingComparison;
  policy: VariancePolicy;
  enabled: boolean;
  losses: ScalingLosses;
}): VarianceMetrics {
  const isCompared = comparison.status !== 'insufficient';
  const names = targets.map(({ name }) => name);
  const { without, withScales } = comparison.pointEstimates;
  return {
    proposed_scales: Object.keys(scales.proposed).length,
    target_modules: targets.length,
    target_module_names: names,
    focus_modules: policy.target_modules ?? [],
    tap: typeof policy.tap === 'string' ? [policy.tap] : policy.tap,
    ve_enabled: enabled,
    ab_gain: comparison.gain ?? 0,
    ab_windows_used: isCompared ? comparison.coverage : null,
    ab_seed_used: isCompared ? policy.calibration.seed : null,
    monitor_only: policy.monitor_only === true,
    min_gain_threshold: policy.min_gain,
    met_threshold: enabled,
    ppl_no_ve: comparison.pplWithout,
    ppl_with_ve: comparison.pplWith,
    scope: policy.scope,
    max_calib_used: policy.max_calib,
    mode: policy.mode,
    min_rel_gain: policy.min_rel_gain,
    alpha: policy.alpha,
    ratio_ci: comparison.ratioInterval,
    calibration: calibrationRecord(comparison, policy, losses.without.length),
    predictive_gate: comparison.predictive,
    ab_point_estimates: {
      ppl_no_ve: without,
      ppl_with_ve: withScales,
      ...(comparison.status === 'no_scaling_required' ? {} : { coverage: comparison.coverage }),
    },
    raw_scales_pre_edit: baseline.raw,
    raw_scales_post_edit: scales.raw,
    proposed_scales_pre_edit: baseline.proposed,
    proposed_scales_post_edit: scales.proposed,
  };
}

/** What was compared on which windows. */
export function calibrationRecord(
  { status, coverage, pplWithout, pplWith, ratioInterval }: ScalingComparison,
  { calibration }: VariancePolicy,
  requested: number,
): VarianceCalibration {
  const { min_coverage, seed } = calibration;
  return {
    requested,
    coverage,
    min_coverage,
    seed,
    status,
    ...(pplWithout === null ? {} : { ppl_no_ve: pplWithout }),
    ...(pplWith === null || status !== 'complete' ? {} : { ppl_with_ve: pplWith }),
    ...(ratioInterval === null ? {} : { ratio_ci: ratioInterval }),
  };
}
