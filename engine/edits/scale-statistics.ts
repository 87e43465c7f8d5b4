export interface ScaleStatistics {
  readonly mean: number;
  /** Sample standard deviation; NaN for a single scale. */
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
  readonly zeroScales: number;
  readonly groups?: number;
  readonly groupSize?: number;
}

/** The reference's `scale_stats` of a quantised matrix (spec 03 §7.2), summed in float64. */
export function scaleStatistics(
  scales: Float32Array,
  grouping?: { readonly groups: number; readonly groupSize: number },
): ScaleStatistics {
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let zeroScales = 0;
  for (const scale of scales) {
    sum += scale;
    min = Math.min(min, scale);
    max = Math.max(max, scale);
    if (scale <= 1e-8) zeroScales++;
  }
  const mean = sum / scales.length;
  let squares = 0;
  for (const scale of scales) squares += (scale - mean) ** 2;
  const standardDeviation = scales.length < 2 ? Number.NaN : Math.sqrt(squares / (scales.length - 1));
  return { mean, standardDeviation, min, max, zeroScales, ...grouping };
}
