import type { Interval } from '../report/run-report.ts';
import {
  type ComparisonBootstrap,
  compareWithBaseline,
  type IdentifiedLoss,
  pairLosses,
} from './paired-baseline.ts';

/** By how much two evaluations of the same model on the same windows differ. */
export interface NoiseBand {
  /** Windows with a finite loss in both evaluations, of both arms. */
  readonly windows: number;
  /** Largest absolute difference of a window's mean loss, in nats per token; null without windows. */
  readonly max_abs_delta: number | null;
  /** exp of the weighted mean difference of the final windows; null without pairs. */
  readonly ratio: number | null;
  /** The paired interval of that ratio; null where there is none. */
  readonly ratio_interval: Interval | null;
  /** How far ratio and interval lie from 1 at most: a verdict decided by less than this is not decided. */
  readonly half_width: number | null;
}

interface Arms {
  readonly preview: readonly IdentifiedLoss[];
  readonly final: readonly IdentifiedLoss[];
}

/**
 * The band that remains when nothing but the way of computing changes. The report is written from this, and `verify`
 * calls it again.
 *
 * @example noiseBand(first, second, bootstrap).max_abs_delta // 0 where both computed the same bits
 */
export function noiseBand(first: Arms, second: Arms, bootstrap: ComparisonBootstrap): NoiseBand {
  const pairs = [...pairLosses(second.preview, first.preview), ...pairLosses(second.final, first.final)];
  const { meanDelta, ratioInterval } = compareWithBaseline(second.final, first.final, bootstrap);
  const ratio = meanDelta === null ? null : Math.exp(meanDelta);
  const values = [...(ratio === null ? [] : [ratio]), ...(ratioInterval ?? [])];
  return {
    windows: pairs.length,
    max_abs_delta:
      pairs.length === 0
        ? null
        : pairs.reduce((most, { subject, baseline }) => Math.max(most, Math.abs(subject - baseline)), 0),
    ratio,
    ratio_interval: ratioInterval ?? null,
    half_width:
      values.length === 0 ? null : values.reduce((most, value) => Math.max(most, Math.abs(value - 1)), 0),
  };
}
