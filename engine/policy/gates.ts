import type { Interval } from '../report/run-report.ts';
import { type GuardFacts, guardGates } from './guard-gates.ts';
import type { GateLimits } from './limits.ts';
import type { MetricsPolicy } from './tiers.ts';

type GateOutcome = 'pass' | 'fail' | 'not_evaluated';

/** The flag that the certificate's `validation` block holds for a gate (spec 04 §2.6). */
export type GateName =
  | 'primary_metric_acceptable'
  | 'preview_final_drift_acceptable'
  | 'primary_metric_tail_acceptable'
  | 'invariants_pass'
  | 'spectral_stable'
  | 'rmt_stable'
  | 'guard_overhead_acceptable';

/** One decision with everything that went into it. */
export interface Gate {
  readonly name: GateName;
  readonly outcome: GateOutcome;
  /** What was compared; null when it could not be computed. */
  readonly measured: number | null;
  readonly interval?: Interval;
  readonly limit?: { readonly min?: number; readonly max?: number };
  /** point, upper (the interval's upper bound as well), band, p95. */
  readonly basis: string;
  /** Why it failed, was not evaluated or was waived. */
  readonly reasons: readonly string[];
  /** The ratio, or the upper bound of its interval, lies above the limit but within the hysteresis. */
  readonly hysteresisApplied?: boolean;
}

export interface GateInputs {
  readonly limits: GateLimits;
  readonly metrics: MetricsPolicy;
  readonly ratio: number | null;
  /** The paired interval of the ratio; absent when there are no pairs. */
  readonly ratioInterval: Interval | undefined;
  /** final ÷ preview of the subject. */
  readonly drift: number | null;
  readonly tokens: TokenCounts;
  readonly tail: {
    readonly evaluated: boolean;
    readonly passed: boolean;
    readonly mode: string;
    readonly observed: number | null;
  };
  /** What the guards found; a guard that is absent did not run. */
  readonly guards?: GuardFacts;
  /** The tier's own limit of spectral caps. */
  readonly maxCaps?: number;
}

interface TokenCounts {
  readonly preview: number | undefined;
  readonly final: number | undefined;
  /** Tokens that the data could give, when known. */
  readonly available?: number;
  /** Both arms have as many windows as the tier demands. */
  readonly coverageOk: boolean;
}

/**
 * The gates of a perplexity metric, in the order in which they are shown (spec 02 §7.4, with EQ-05 fixed: the stated
 * basis decides, so the interval's upper bound counts as well as the point).
 *
 * Guards that did not run are not evaluated, never passed.
 */
export function pplGates(inputs: GateInputs): readonly Gate[] {
  const { guards = {}, maxCaps = DEFAULT_MAX_CAPS, limits } = inputs;
  const ofGuards = guardGates(guards, { maxCaps, tinyRelax: limits.tinyRelax });
  return [primaryMetricGate(inputs), driftGate(inputs), tailGate(inputs), ...ofGuards];
}

/** Every gate that was evaluated passes, and the primary metric was evaluated. */
export function allGatesPass(gates: readonly Gate[]): boolean {
  return (
    gates.every(({ outcome }) => outcome !== 'fail') &&
    gates.some(({ name, outcome }) => name === 'primary_metric_acceptable' && outcome === 'pass')
  );
}

/** What a gate that let something through under relaxation says (spec 02 EQ-47: dev only, and never silently). */
const waivedReason = 'waived by INVARLOCK_TINY_RELAX';

/** Spectral caps that the reference tolerates when no policy says otherwise. */
export const DEFAULT_MAX_CAPS = 5;

function primaryMetricGate({ limits, metrics, ratio, ratioInterval, tokens }: GateInputs): Gate {
  const { ratioLimit, ratioLimitWithHysteresis: most, ratioMin: least, tinyRelax } = limits;
  const isMeasured = ratio !== null && Number.isFinite(ratio);
  const reasons = isMeasured
    ? [...pointReasons(ratio, most, least), ...intervalReasons(ratioInterval, most, least)]
    : ['the ratio against the baseline is not finite'];
  const waived = tinyRelax && !isMeasured;
  if (!tinyRelax && !tokensOk(metrics, tokens)) {
    const evaluated = (tokens.preview ?? 0) + (tokens.final ?? 0);
    reasons.push(
      `${evaluated} tokens were evaluated, fewer than the floor of ${tokenFloor(metrics, tokens)}`,
    );
  }
  const passed = reasons.length === 0 || waived;
  return {
    name: 'primary_metric_acceptable',
    outcome: passed ? 'pass' : 'fail',
    measured: isMeasured ? ratio : null,
    ...(ratioInterval ? { interval: ratioInterval } : {}),
    limit: least === undefined ? { max: most } : { min: least, max: most },
    basis: ratioInterval ? 'upper' : 'point',
    reasons: waived ? [...reasons, waivedReason] : reasons,
    ...(passed && !(isMeasured && isBelow(ratioLimit, ratio, ratioInterval))
      ? { hysteresisApplied: true }
      : {}),
  };
}

function isBelow(limit: number, ratio: number, interval: Interval | undefined): boolean {
  return ratio <= limit && (interval === undefined || interval[1] <= limit);
}

function pointReasons(ratio: number, most: number, least: number | undefined): string[] {
  const reasons: string[] = [];
  if (ratio > most) reasons.push(`the ratio is above ${most}`);
  if (least !== undefined && ratio < least) reasons.push(`the ratio is below ${least}`);
  return reasons;
}

/** Both bounds get the hysteresis that the point gets (spec 02 EQ-46). */
function intervalReasons(interval: Interval | undefined, most: number, least: number | undefined): string[] {
  if (!interval) return [];
  const [lower, upper] = interval;
  const reasons: string[] = [];
  if (!(upper <= most)) reasons.push(`the upper bound of the interval is above ${most}`);
  if (least !== undefined && !(lower >= least))
    reasons.push(`the lower bound of the interval is below ${least}`);
  return reasons;
}

/** final ÷ preview of the subject within the band; of every kind of metric. */
export function driftGate({ limits, drift }: Pick<GateInputs, 'limits' | 'drift'>): Gate {
  const { min, max } = limits.driftBand;
  const reasons: string[] = [];
  if (drift === null || !Number.isFinite(drift)) reasons.push('final ÷ preview of the subject is not finite');
  else if (drift < min || drift > max) reasons.push(`final ÷ preview lies outside ${min} to ${max}`);
  const waived = limits.tinyRelax && reasons.length > 0;
  return {
    name: 'preview_final_drift_acceptable',
    outcome: reasons.length === 0 || waived ? 'pass' : 'fail',
    measured: drift,
    limit: { min, max },
    basis: 'band',
    reasons: waived ? [...reasons, waivedReason] : reasons,
  };
}

/** The tail decides in mode fail only; in mode warn a violation is shown and passes (spec 04 §2.6.1). */
function tailGate({ tail, metrics }: GateInputs): Gate {
  const { quantile, quantile_max: max } = metrics.pm_tail;
  const violated = tail.evaluated && !tail.passed;
  return {
    name: 'primary_metric_tail_acceptable',
    outcome: !tail.evaluated ? 'not_evaluated' : violated && tail.mode === 'fail' ? 'fail' : 'pass',
    measured: tail.observed,
    ...(max === null ? {} : { limit: { max } }),
    basis: `p${Math.round(100 * quantile)}`,
    reasons: !tail.evaluated
      ? ['too few paired windows, or the tail policy is off']
      : violated
        ? [`the tail policy is violated (mode ${tail.mode})`]
        : [],
  };
}

/** The fewest tokens that count (spec 02 §7.4). */
export function tokenFloor(
  { pm_ratio }: MetricsPolicy,
  { available }: { readonly available?: number },
): number {
  const share = available === undefined ? 0 : Math.ceil(available * pm_ratio.min_token_fraction);
  return Math.max(pm_ratio.min_tokens, share);
}

/** With this many the floor counts as reached: a small part of it may be missing where all windows were there. */
export function leastTokens(metrics: MetricsPolicy, tokens: { readonly available?: number }): number {
  const tolerance = Math.max(0, metrics.pm_ratio.min_tokens_tolerance ?? 0.02);
  return Math.floor(tokenFloor(metrics, tokens) * (1 - tolerance));
}

function tokensOk(metrics: MetricsPolicy, tokens: TokenCounts): boolean {
  if (tokens.preview === undefined || tokens.final === undefined || metrics.pm_ratio.min_tokens === 0)
    return true;
  const total = tokens.preview + tokens.final;
  return total >= (tokens.coverageOk ? leastTokens : tokenFloor)(metrics, tokens);
}
