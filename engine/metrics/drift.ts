import { allClose, mean, standardDeviation } from '../numerics/numpy-reduce.ts';
import type { Interval } from '../report/run-report.ts';
import { type WeightedLoss, weightedMeanLogloss } from './aggregate.ts';
import { loglossInterval, pairedDeltaLogInterval } from './bootstrap.ts';
import type { ComparisonBootstrap } from './paired-baseline.ts';

/** Intervals of one run on its own (spec 02 §4.3): each arm's log-loss and the drift from preview to final. */
export interface RunIntervals {
  readonly preview?: Interval;
  readonly final?: Interval;
  /** Drift, not a comparison with the baseline (spec 02 EQ-25). */
  readonly delta?: Interval;
}

export interface DriftSummary {
  readonly mean: number | null;
  readonly mean_unweighted: number | null;
  readonly mean_preview_weighted: number | null;
  readonly std: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly degenerate: boolean;
  readonly degenerate_reason?: 'no_pairs' | 'single_pair' | 'no_variation';
}

/**
 * Seeds +7, +13 and +97 (spec 02 §8.3). Nothing is computed while the bootstrap is off or an arm has no finite loss; with
 * `reference` the means stand for both bounds then, as the reference has it.
 */
export function runIntervals(
  preview: readonly WeightedLoss[],
  final: readonly WeightedLoss[],
  bootstrap: ComparisonBootstrap,
  { reference = false }: { readonly reference?: boolean } = {},
): RunIntervals {
  if (!bootstrap.enabled || bootstrap.replicates <= 0)
    return reference ? meansAsIntervals(preview, final) : {};
  const method = bootstrap.method.includes('bca') ? ('bca' as const) : ('percentile' as const);
  const options = (offset: number) => ({ ...bootstrap, method, seed: bootstrap.seed + offset });
  const a = finiteLosses(preview);
  const b = finiteLosses(final);
  const zipped = zipArms(preview, final);
  return {
    ...(a.length > 0 ? { preview: loglossInterval(a, options(7)) } : {}),
    ...(b.length > 0 ? { final: loglossInterval(b, options(13)) } : {}),
    ...(zipped.length > 0
      ? {
          delta: pairedDeltaLogInterval(
            zipped.map((pair) => pair.final),
            zipped.map((pair) => pair.preview),
            zipped.map((pair) => pair.weight),
            options(97),
          ),
        }
      : {}),
  };
}

function meansAsIntervals(preview: readonly WeightedLoss[], final: readonly WeightedLoss[]): RunIntervals {
  const [first, second] = [weightedMeanLogloss(preview), weightedMeanLogloss(final)];
  if (first === null || second === null) return {};
  const delta = second - first;
  return { preview: [first, first], final: [second, second], delta: [delta, delta] };
}

/** `paired_delta_summary`: final − preview by position, weighted by preview counts. Null where there is no pair. */
export function driftSummary(
  preview: readonly WeightedLoss[],
  final: readonly WeightedLoss[],
  meanDelta: number | null,
): DriftSummary {
  const pairs = zipArms(preview, final);
  const deltas = pairs.map((pair) => pair.final - pair.preview);
  const weights = pairs.map((pair) => Math.max(pair.weight, 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighted = deltas.reduce((sum, delta, index) => sum + delta * (weights[index] ?? 0), 0);
  const reason = degenerateReason(deltas);
  return {
    mean: meanDelta,
    mean_unweighted: deltas.length > 0 ? mean(deltas) : null,
    mean_preview_weighted: total > 0 ? weighted / total : null,
    std: deltas.length > 1 ? standardDeviation(deltas, 1) : 0,
    min: deltas.length > 0 ? Math.min(...deltas) : null,
    max: deltas.length > 0 ? Math.max(...deltas) : null,
    degenerate: reason !== undefined,
    ...(reason ? { degenerate_reason: reason } : {}),
  };
}

function degenerateReason(deltas: readonly number[]): DriftSummary['degenerate_reason'] {
  if (deltas.length === 0) return 'no_pairs';
  if (deltas.length === 1) return 'single_pair';
  return allClose(deltas, deltas[0] ?? 0) ? 'no_variation' : undefined;
}

function finiteLosses(windows: readonly WeightedLoss[]): number[] {
  return windows.flatMap(({ loss }) => (isFiniteLoss(loss) ? [loss] : []));
}

/** Preview and final by position; a position counts when both losses are finite. */
function zipArms(preview: readonly WeightedLoss[], final: readonly WeightedLoss[]) {
  const pairs: { preview: number; final: number; weight: number }[] = [];
  for (const [index, { loss: first, weight }] of preview.entries()) {
    const second = final[index]?.loss ?? null;
    if (isFiniteLoss(first) && isFiniteLoss(second)) pairs.push({ preview: first, final: second, weight });
  }
  return pairs;
}

function isFiniteLoss(loss: number | null): loss is number {
  return loss !== null && Number.isFinite(loss);
}
