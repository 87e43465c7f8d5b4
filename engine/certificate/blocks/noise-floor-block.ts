import type { Gate } from '../../policy/gates.ts';
import type { NoiseFloor } from '../../report/noise-floor.ts';

/** The noise floor beside the verdict: whether the primary metric was decided by more than the noise. */
export type NoiseFloorBlock = NoiseFloor & Partial<NoiseVerdict>;

export interface NoiseVerdict {
  /** How far the decisive value of the primary metric lies from its limit; null where nothing was decided. */
  readonly margin: number | null;
  /** The margin is no larger than the noise. */
  readonly margin_inside: boolean;
}

export function noiseFloorBlock(floor: NoiseFloor, gates: readonly Gate[]): NoiseFloorBlock {
  return floor.evaluated ? { ...floor, ...noiseVerdict(floor.half_width, gates) } : floor;
}

export function noiseVerdict(halfWidth: number | null, gates: readonly Gate[]): NoiseVerdict {
  const gate = gates.find(({ name }) => name === 'primary_metric_acceptable');
  const margin = gate ? marginOf(gate) : null;
  return {
    margin,
    // Without noise nothing lies inside it, not even a value that is exactly the limit.
    margin_inside: margin !== null && halfWidth !== null && halfWidth > 0 && margin <= halfWidth,
  };
}

/** The nearest of the gate's limits, seen from what was compared with it: the point, and the upper bound where it counts. */
function marginOf({ outcome, measured, interval, limit, basis }: Gate): number | null {
  if (outcome === 'not_evaluated' || measured === null || !limit) return null;
  const upper = basis === 'upper' && interval ? interval[1] : measured;
  const distances = [
    ...(limit.max === undefined ? [] : [Math.abs(limit.max - Math.max(upper, measured))]),
    ...(limit.min === undefined ? [] : [Math.abs(measured - limit.min)]),
  ];
  return distances.length === 0 ? null : Math.min(...distances);
}
