import { finiteNumber } from './finite-number.ts';
import { type MetricsPolicy, type TierName, tierPolicies } from './tiers.ts';

/** The limits that the primary-metric gates use (spec 02 §7.3), and what set them. */
export interface GateLimits {
  /** Before hysteresis. */
  readonly ratioLimit: number;
  /** With hysteresis: what is compared. */
  readonly ratioLimitWithHysteresis: number;
  readonly ratioMin: number | undefined;
  readonly driftBand: Band;
  readonly tier: TierName;
  /** INVARLOCK_TINY_RELAX was on and honoured. */
  readonly tinyRelax: boolean;
}

export interface Band {
  readonly min: number;
  readonly max: number;
}

export interface LimitInputs {
  readonly tier: TierName;
  readonly metrics?: MetricsPolicy;
  readonly targetPmRatio?: number | null;
  /** A bound that is absent or not finite does not count. */
  readonly acceptanceRange?: Partial<Band> | undefined;
  /** Counts as a whole: a band that lacks a bound, or whose bounds are out of order, is the default. */
  readonly driftBand?: Partial<Band> | undefined;
  /** Only dev honours it (decisions: INVARLOCK_TINY_RELAX). */
  readonly tinyRelax?: boolean;
}

const defaultDriftBand: Band = { min: 0.95, max: 1.05 };
const defaultAcceptance: Band = { min: 0.95, max: 1.1 };

export function gateLimits(inputs: LimitInputs): GateLimits {
  const tinyRelax = inputs.tinyRelax ?? false;
  const tier = tinyRelax ? 'aggressive' : inputs.tier;
  const policy = (tinyRelax ? undefined : inputs.metrics) ?? tierPolicies[tier].metrics;
  let ratioLimit = finiteNumber(inputs.acceptanceRange?.max) ?? policy.pm_ratio.ratio_limit_base;
  if (inputs.targetPmRatio && inputs.targetPmRatio > 0)
    ratioLimit = Math.min(ratioLimit, inputs.targetPmRatio);
  return {
    ratioLimit,
    ratioLimitWithHysteresis: ratioLimit + Math.max(0, policy.pm_ratio.hysteresis_ratio),
    ratioMin: finiteNumber(inputs.acceptanceRange?.min),
    driftBand: usableBand(inputs.driftBand) ?? usableBand(policy.drift_band) ?? defaultDriftBand,
    tier,
    tinyRelax,
  };
}

type PartialBand = { readonly min?: unknown; readonly max?: unknown } | readonly unknown[] | undefined | null;

/**
 * The acceptance range from its sources, strongest first, each bound on its own; undefined when nothing is set. A bound
 * that is not positive is the default 0.95 or 1.10; a maximum below the minimum becomes the minimum (spec 02 §7.3). A list
 * is no range.
 */
export function acceptanceRange(sources: readonly PartialBand[]): Band | undefined {
  const mappings = sources.filter((source) => !Array.isArray(source));
  const bounds = bandOf(mappings, defaultAcceptance);
  return bounds && { min: bounds.min, max: Math.max(bounds.min, bounds.max) };
}

/**
 * The drift band from its sources, of which each may be a list of two; a minimum that is not below the maximum gives the
 * default band.
 */
export function driftBand(sources: readonly PartialBand[]): Band | undefined {
  const bounds = bandOf(sources, defaultDriftBand);
  return bounds && (bounds.min >= bounds.max ? defaultDriftBand : bounds);
}

function usableBand(band: Partial<Band> | undefined): Band | undefined {
  const min = finiteNumber(band?.min);
  const max = finiteNumber(band?.max);
  return min !== undefined && max !== undefined && 0 < min && min < max ? { min, max } : undefined;
}

function bandOf(sources: readonly PartialBand[], fallback: Band): Band | undefined {
  const pick = (side: 'min' | 'max'): number | undefined => {
    for (const source of sources) {
      const value = Array.isArray(source)
        ? source[side === 'min' ? 0 : 1]
        : (source as { min?: unknown; max?: unknown } | null)?.[side];
      const number = finiteNumber(value);
      if (number !== undefined) return number > 0 ? number : fallback[side];
    }
    return undefined;
  };
  const min = pick('min');
  const max = pick('max');
  if (min === undefined && max === undefined) return undefined;
  return { min: min ?? fallback.min, max: max ?? fallback.max };
}
