import type { Interval } from '../report/run-report.ts';
import type { WeightedLoss } from './aggregate.ts';
import { pairedDeltaLogInterval } from './bootstrap.ts';

/** A window with its id. */
export interface IdentifiedLoss extends WeightedLoss {
  readonly id: number;
  /** Attended tokens, where they are not what the window weighs: masked and target tokens weigh, inputs do not. */
  readonly tokens?: number;
}

/** Attended tokens of windows, which the floors are about (spec 02 §4.3). */
export function attendedTokens(windows: readonly IdentifiedLoss[]): number {
  return windows.reduce((sum, { weight, tokens }) => sum + (tokens ?? weight), 0);
}

/** Windows of both arms with the same id, in the subject's order. */
export interface LossPair {
  readonly id: number;
  readonly subject: number;
  readonly baseline: number;
  /** The subject's token count. */
  readonly weight: number;
}

/**
 * Pairs by integer id; a window counts only when both losses are finite, and its weight goes with it (spec 02 EQ-29). On
 * a repeated baseline id the last one counts.
 */
export function pairLosses(
  subject: readonly IdentifiedLoss[],
  baseline: readonly IdentifiedLoss[],
): readonly LossPair[] {
  const byId = new Map(baseline.map(({ id, loss }) => [id, loss]));
  const pairs: LossPair[] = [];
  for (const { id, loss, weight } of subject) {
    const other = byId.get(id);
    if (loss === null || other === null || other === undefined) continue;
    if (!Number.isFinite(loss) || !Number.isFinite(other)) continue;
    pairs.push({ id, subject: loss, baseline: other, weight: Math.max(0, weight) });
  }
  return pairs;
}

export interface BaselineComparison {
  readonly pairs: number;
  /** Weighted mean of subject − baseline; null without pairs. */
  readonly meanDelta: number | null;
  /** Interval of that mean; undefined with fewer than two pairs or without replicates (spec 02 §5.4, EQ-06). */
  readonly deltaInterval: Interval | undefined;
  readonly ratioInterval: Interval | undefined;
  readonly options: ComparisonBootstrap & { readonly method: 'bca' | 'percentile'; readonly seed: number };
}

export interface ComparisonBootstrap {
  readonly enabled: boolean;
  /** As configured: a name that contains "bca" selects BCa, any other percentile (spec 02 EQ-28). */
  readonly method: string;
  readonly replicates: number;
  readonly alpha: number;
  /** The run's bootstrap seed; the comparison draws with seed + 503 (spec 02 §8.3). */
  readonly seed: number;
}

/** The paired comparison of the final arm with the baseline: what the certificate's interval is made of. */
export function compareWithBaseline(
  subject: readonly IdentifiedLoss[],
  baseline: readonly IdentifiedLoss[],
  bootstrap: ComparisonBootstrap,
): BaselineComparison {
  const pairs = pairLosses(subject, baseline);
  const options = {
    ...bootstrap,
    method: bootstrap.method.includes('bca') ? ('bca' as const) : ('percentile' as const),
    seed: bootstrap.seed + 503,
  };
  const usable = bootstrap.enabled && bootstrap.replicates > 0 && pairs.length >= 2;
  const deltaInterval = usable
    ? pairedDeltaLogInterval(
        pairs.map((pair) => pair.subject),
        pairs.map((pair) => pair.baseline),
        pairs.map((pair) => pair.weight),
        options,
      )
    : undefined;
  return {
    pairs: pairs.length,
    meanDelta: weightedMeanDelta(pairs),
    deltaInterval,
    ratioInterval: deltaInterval && exponentiated(deltaInterval),
    options,
  };
}

function weightedMeanDelta(pairs: readonly LossPair[]): number | null {
  let sum = 0;
  let weights = 0;
  for (const { subject, baseline, weight } of pairs) {
    if (!(weight > 0)) continue;
    sum += weight * (subject - baseline);
    weights += weight;
  }
  return weights > 0 ? sum / weights : null;
}

function exponentiated([lower, upper]: Interval): Interval | undefined {
  const bounds: Interval = [Math.exp(lower), Math.exp(upper)];
  return bounds.every(Number.isFinite) ? bounds : undefined;
}
