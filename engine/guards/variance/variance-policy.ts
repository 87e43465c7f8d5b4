import type { Checked } from '../../core/findings.ts';
import { isFiniteNumber, type JsonObject } from '../../core/json-access.ts';
import { finiteNumber } from '../../policy/finite-number.ts';
import { PolicyValues } from '../common/policy-values.ts';
import type { ScaleClamp } from './branch-scales.ts';
import { canonicalProjection } from './projection-names.ts';

/** The settings of the variance guard, spelled as reports do (spec 03 §5.1). */
export interface VariancePolicy {
  readonly min_gain: number;
  readonly min_rel_gain: number;
  readonly max_calib: number;
  readonly scope: string;
  readonly clamp: ScaleClamp;
  readonly deadband: number;
  readonly seed: number;
  readonly mode: string;
  readonly alpha: number;
  readonly tie_breaker_deadband: number;
  readonly min_effect_lognll: number;
  readonly min_abs_adjust: number;
  readonly max_scale_step: number;
  readonly topk_backstop: number;
  readonly max_adjusted_modules: number;
  readonly predictive_gate: boolean;
  readonly predictive_one_sided: boolean;
  readonly absolute_floor_ppl: number;
  readonly calibration: { readonly windows: number; readonly min_coverage: number; readonly seed: number };
  /** One pattern, or several. */
  readonly tap: string | readonly string[];
  readonly monitor_only?: boolean;
  /** Canonical names of the only projections that may be scaled. */
  readonly target_modules?: readonly string[];
}

/** A policy from a configuration or a tier; the guard must not run with one that has findings. */
export function variancePolicy(raw: JsonObject): Checked<VariancePolicy> {
  const values = new PolicyValues('variance', raw);
  const seed = values.whole('seed', 123);
  const value: VariancePolicy = {
    min_gain: values.number('min_gain', 0, { from: 0, to: 1 }),
    min_rel_gain: values.number('min_rel_gain', 0.001, { from: 0, to: 1, isOpen: 'above' }),
    max_calib: values.whole('max_calib', 160, { from: 50, to: 1000 }),
    scope: values.choice('scope', ['ffn', 'attn', 'both'], 'ffn'),
    clamp: clampOf(values, raw.clamp),
    deadband: values.number('deadband', 0.02, { from: 0, to: 0.5 }),
    seed,
    mode: values.choice('mode', ['ci', 'delta'], 'ci'),
    alpha: values.number('alpha', 0.05, { from: 0, to: 1, isOpen: 'both' }),
    tie_breaker_deadband: values.number('tie_breaker_deadband', 0.001),
    min_effect_lognll: values.number('min_effect_lognll', 0),
    min_abs_adjust: values.number('min_abs_adjust', 0.012),
    max_scale_step: values.number('max_scale_step', 0.03),
    topk_backstop: values.whole('topk_backstop', 1),
    max_adjusted_modules: values.whole('max_adjusted_modules', 0),
    predictive_gate: values.truth('predictive_gate', true),
    predictive_one_sided: values.truth('predictive_one_sided', false),
    absolute_floor_ppl: values.number('absolute_floor_ppl', 0.05),
    calibration: calibrationOf(values.object('calibration'), seed),
    tap: tapOf(values, raw.tap),
    ...(values.has('monitor_only') ? { monitor_only: values.truth('monitor_only', false) } : {}),
    ...(Array.isArray(raw.target_modules)
      ? { target_modules: raw.target_modules.map((name) => canonicalProjection(String(name))) }
      : {}),
  };
  return { value, findings: values.findings };
}

function clampOf(values: PolicyValues, given: unknown): ScaleClamp {
  const usual = [0.85, 1.12] as const;
  if (given === undefined) return usual;
  const [low, high] = Array.isArray(given) ? given : [];
  if (isFiniteNumber(low) && isFiniteNumber(high) && low >= 0.1 && low < high && high <= 5)
    return [low, high];
  values.refuse('clamp', given, 'two numbers from 0.1 to 5, the lower one first');
  return usual;
}

/** What a given mapping leaves out is smaller than what the guard starts with. */
function calibrationOf(given: JsonObject | undefined, seed: number): VariancePolicy['calibration'] {
  const whole = (value: unknown, fallback: number) => Math.trunc(finiteNumber(value) ?? fallback);
  if (!given) return { windows: 12, min_coverage: 10, seed };
  return {
    windows: whole(given.windows, 6),
    min_coverage: whole(given.min_coverage, 4),
    seed: whole(given.seed, seed),
  };
}

function tapOf(values: PolicyValues, given: unknown): VariancePolicy['tap'] {
  if (given === undefined) return 'transformer.h.*.mlp.c_proj';
  if (typeof given === 'string') return given;
  if (Array.isArray(given) && given.every((pattern) => typeof pattern === 'string')) return given;
  values.refuse('tap', given, 'a pattern or a list of patterns');
  return [];
}
