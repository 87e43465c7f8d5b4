/**
 * The effective policy of each tier: the reference's built-in table with its tiers file merged over it (spec 01 §1.7).
 * Limits of the gates come from `metrics`; the other sections are the guards'. `spectral.paired` is our own: docs/guards.md.
 */
export const tierPolicies: Readonly<Record<TierName, TierPolicy>> = {
  conservative: {
    metrics: {
      accuracy: {
        delta_min_pp: -0.5,
        hysteresis_delta_pp: 0.1,
        min_examples: 200,
        min_examples_fraction: 0.01,
      },
      pm_ratio: {
        hysteresis_ratio: 0.002,
        min_token_fraction: 0.01,
        min_tokens: 20000,
        ratio_limit_base: 1.05,
      },
      pm_tail: {
        epsilon: 0.0001,
        mass_max: 1,
        min_windows: 50,
        mode: 'warn',
        quantile: 0.95,
        quantile_max: 0.12,
      },
    },
    rmt: {
      correct: true,
      deadband: 0.05,
      epsilon_by_family: { attn: 0.01, embed: 0.01, ffn: 0.01, other: 0.01 },
      epsilon_default: 0.01,
      margin: 1.3,
    },
    spectral: {
      correction_enabled: false,
      deadband: 0.05,
      family_caps: {
        attn: { kappa: 2.6 },
        embed: { kappa: 2.8 },
        ffn: { kappa: 3.849 },
        other: { kappa: 2.8 },
      },
      ignore_preview_inflation: true,
      max_caps: 3,
      max_spectral_norm: null,
      multiple_testing: { alpha: 0.000625, m: 4, method: 'bonferroni' },
      paired: {
        distance: 0.45,
        family_distance: { attn: 0.42, embed: 0.26, expert_ffn: 0.26, ffn: 0.26, other: 0.26, router: 0.26 },
        sigma_change: 0.35,
      },
      scope: 'ffn',
      sigma_quantile: 0.9,
    },
    variance: {
      alpha: 0.05,
      calibration: { min_coverage: 8, seed: 42, windows: 10 },
      clamp: [0.85, 1.12],
      deadband: 0.03,
      max_adjusted_modules: 0,
      max_calib: 160,
      max_scale_step: 0.015,
      min_abs_adjust: 0.02,
      min_effect_lognll: 0.016,
      min_gain: 0.01,
      min_rel_gain: 0.002,
      mode: 'ci',
      predictive_gate: true,
      predictive_one_sided: false,
      scope: 'ffn',
      seed: 42,
      tap: 'transformer.h.*.mlp.c_proj',
      tie_breaker_deadband: 0.005,
      topk_backstop: 0,
    },
  },
  balanced: {
    metrics: {
      accuracy: {
        delta_min_pp: -1,
        hysteresis_delta_pp: 0.1,
        min_examples: 200,
        min_examples_fraction: 0.01,
      },
      pm_ratio: {
        hysteresis_ratio: 0.002,
        min_token_fraction: 0.01,
        min_tokens: 50000,
        ratio_limit_base: 1.1,
      },
      pm_tail: {
        epsilon: 0.0001,
        mass_max: 1,
        min_windows: 50,
        mode: 'warn',
        quantile: 0.95,
        quantile_max: 0.2,
      },
    },
    rmt: {
      correct: true,
      deadband: 0.1,
      epsilon_by_family: { attn: 0.01, embed: 0.01, ffn: 0.01, other: 0.01 },
      epsilon_default: 0.01,
      margin: 1.5,
    },
    spectral: {
      correction_enabled: false,
      deadband: 0.1,
      family_caps: {
        attn: { kappa: 3.018 },
        embed: { kappa: 1.05 },
        ffn: { kappa: 3.849 },
        other: { kappa: 0 },
      },
      ignore_preview_inflation: true,
      max_caps: 5,
      max_spectral_norm: null,
      multiple_testing: { alpha: 0.05, m: 4, method: 'bh' },
      paired: {
        distance: 0.5,
        family_distance: { attn: 0.45, embed: 0.3, expert_ffn: 0.3, ffn: 0.3, other: 0.3, router: 0.3 },
        sigma_change: 0.5,
      },
      scope: 'all',
      sigma_quantile: 0.95,
    },
    variance: {
      alpha: 0.05,
      calibration: { min_coverage: 6, seed: 123, windows: 8 },
      clamp: [0.85, 1.12],
      deadband: 0.02,
      max_adjusted_modules: 1,
      max_calib: 200,
      max_scale_step: 0.03,
      min_abs_adjust: 0.012,
      min_effect_lognll: 0,
      min_gain: 0,
      min_rel_gain: 0.001,
      mode: 'ci',
      predictive_gate: true,
      predictive_one_sided: true,
      scope: 'ffn',
      seed: 123,
      tap: 'transformer.h.*.mlp.c_proj',
      tie_breaker_deadband: 0.001,
      topk_backstop: 1,
    },
  },
  aggressive: {
    metrics: {
      accuracy: {
        delta_min_pp: -2,
        hysteresis_delta_pp: 0.1,
        min_examples: 200,
        min_examples_fraction: 0.01,
      },
      pm_ratio: {
        hysteresis_ratio: 0.002,
        min_token_fraction: 0.01,
        min_tokens: 50000,
        ratio_limit_base: 1.2,
      },
      pm_tail: {
        epsilon: 0.0001,
        mass_max: 1,
        min_windows: 50,
        mode: 'warn',
        quantile: 0.95,
        quantile_max: 0.3,
      },
    },
    rmt: {
      correct: true,
      deadband: 0.15,
      epsilon_by_family: { attn: 0.01, embed: 0.01, ffn: 0.01, other: 0.01 },
      epsilon_default: 0.01,
      margin: 1.8,
    },
    spectral: {
      correction_enabled: false,
      deadband: 0.15,
      family_caps: {
        attn: { kappa: 3.5 },
        embed: { kappa: 2.5 },
        ffn: { kappa: 3.849 },
        other: { kappa: 3.5 },
      },
      ignore_preview_inflation: true,
      max_caps: 8,
      max_spectral_norm: null,
      multiple_testing: { alpha: 0.00078125, m: 4, method: 'bh' },
      paired: {
        distance: 0.6,
        family_distance: { attn: 0.5, embed: 0.33, expert_ffn: 0.33, ffn: 0.33, other: 0.33, router: 0.33 },
        sigma_change: 0.75,
      },
      scope: 'ffn',
      sigma_quantile: 0.98,
    },
    variance: {
      alpha: 0.05,
      calibration: { min_coverage: 4, seed: 456, windows: 6 },
      clamp: [0.3, 3],
      deadband: 0.12,
      max_adjusted_modules: 0,
      max_calib: 240,
      min_effect_lognll: 0.033,
      min_gain: 0,
      min_rel_gain: 0.0025,
      mode: 'ci',
      predictive_gate: true,
      predictive_one_sided: true,
      scope: 'both',
      seed: 456,
      tap: ['transformer.h.*.mlp.c_proj', 'transformer.h.*.attn.c_proj'],
      tie_breaker_deadband: 0.0005,
    },
  },
};

export type TierName = 'conservative' | 'balanced' | 'aggressive';

export interface TierPolicy {
  /** Only where a configuration says something about it: no tier does. */
  readonly invariants?: Readonly<Record<string, unknown>>;
  readonly metrics: MetricsPolicy;
  readonly rmt: Readonly<Record<string, unknown>>;
  readonly spectral: Readonly<Record<string, unknown>>;
  readonly variance: Readonly<Record<string, unknown>>;
}

export interface MetricsPolicy {
  readonly accuracy: {
    readonly delta_min_pp: number;
    readonly hysteresis_delta_pp: number;
    readonly min_examples: number;
    readonly min_examples_fraction: number;
  };
  readonly pm_ratio: {
    readonly hysteresis_ratio: number;
    readonly min_token_fraction: number;
    readonly min_tokens: number;
    readonly ratio_limit_base: number;
    /** Slack below the token floor when both arms are covered; 0.02 in the reference's code (spec 02 EQ-58). */
    readonly min_tokens_tolerance?: number;
  };
  readonly pm_tail: TailPolicy;
  /** Bounds on final ÷ preview; no tier has its own, so 0.95 to 1.05 where a tiers file says nothing. */
  readonly drift_band?: { readonly min: number; readonly max: number };
}

export interface TailPolicy {
  readonly mode: 'off' | 'warn' | 'fail';
  readonly min_windows: number;
  readonly quantile: number;
  readonly quantile_max: number | null;
  readonly epsilon: number;
  readonly mass_max: number | null;
}

/** Windows per arm and replicates that a tier demands (spec 02 §8.2). */
export const coverageFloors: Readonly<
  Record<TierName, { readonly preview: number; readonly final: number; readonly replicates: number }>
> = {
  conservative: { preview: 220, final: 220, replicates: 1500 },
  balanced: { preview: 180, final: 180, replicates: 1200 },
  aggressive: { preview: 140, final: 140, replicates: 800 },
};

/** The tier of a label, lower-cased and trimmed; undefined for any other text. */
export function tierNamed(label: string): TierName | undefined {
  const name = label.trim().toLowerCase();
  return Object.hasOwn(tierPolicies, name) ? (name as TierName) : undefined;
}
