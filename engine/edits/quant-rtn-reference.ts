import { roundHalfEven } from '../artifacts/safetensors/half-floats.ts';
import { clamp } from './quant-rtn.ts';
import { type ScaleStatistics, scaleStatistics } from './scale-statistics.ts';

export interface ReferenceRtnOptions {
  readonly bits: number;
  /** Columns that share a scale; the reference honours it for 4 bits only. */
  readonly groupSize?: number;
  /** Share of a row's values that is clipped before scaling, half of it at each end; 0 switches clipping off. */
  readonly clampRatio?: number;
}

export interface ReferenceRtnResult {
  readonly weights: Float32Array;
  /** What was quantised: the weights after clipping. */
  readonly clipped: Float32Array;
  readonly scales: Float32Array;
  readonly statistics: ScaleStatistics;
}

/**
 * The reference's quant_rtn kernel (spec 03 §7.2) on a row-major matrix. A scale belongs to a row of the stored matrix,
 * which is an input for weights stored as [in, out]. Levels go from −2^(b−1), so they are not symmetric.
 */
export function quantizeRtnReference(
  weights: Float32Array,
  shape: readonly [number, number],
  options: ReferenceRtnOptions,
): ReferenceRtnResult {
  const [rows, columns] = shape;
  const clampRatio = options.clampRatio ?? 0;
  const clipped = clampRatio > 0 ? clipOutliers(weights, rows, columns, clampRatio) : weights.slice();
  const grouped = options.bits === 4 && options.groupSize !== undefined;
  const groupSize = grouped ? (options.groupSize ?? columns) : Math.max(columns, 1);
  const groups = Math.ceil(columns / groupSize);
  const lowest = -(2 ** (options.bits - 1));
  const highest = 2 ** (options.bits - 1) - 1;

  const scales = new Float32Array(rows * groups);
  const result = new Float32Array(weights.length);
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < groups; group++) {
      const from = row * columns + group * groupSize;
      const values = clipped.subarray(from, Math.min(from + groupSize, (row + 1) * columns));
      let largest = 0;
      for (const value of values) largest = Math.max(largest, Math.abs(value));
      const scale = Math.fround(Math.max(largest, Math.fround(1e-8)) / highest);
      scales[row * groups + group] = scale;
      for (const [i, value] of values.entries()) {
        result[from + i] = clamp(roundHalfEven(Math.fround(value / scale)), lowest, highest) * scale;
      }
    }
  }
  const statistics = scaleStatistics(scales, grouped ? { groups, groupSize } : undefined);
  return { weights: result, clipped, scales, statistics };
}

/** Clips every row to its quantiles at clamp/2 and 1 − clamp/2; the upper bound is never below 2^-23. */
function clipOutliers(
  weights: Float32Array,
  rows: number,
  columns: number,
  clampRatio: number,
): Float32Array {
  const result = weights.slice();
  for (let row = 0; row < rows; row++) {
    const values = result.subarray(row * columns, (row + 1) * columns);
    const sorted = values.slice().sort();
    const low = quantile(sorted, Math.fround(clampRatio / 2));
    const high = Math.max(quantile(sorted, Math.fround(1 - clampRatio / 2)), 2 ** -23);
    for (const [i, value] of values.entries()) values[i] = Math.min(Math.max(value, low), high);
  }
  return result;
}

/** Linear interpolation between neighbours, rounded as the reference's fused arithmetic rounds it (spec 03 §7.2). */
function quantile(sorted: Float32Array, q: number): number {
  const rank = Math.fround(q * (sorted.length - 1));
  const a = sorted[Math.floor(rank)] ?? 0;
  const b = sorted[Math.ceil(rank)] ?? 0;
  const weight = Math.fround(rank - Math.floor(rank));
  const difference = Math.fround(b - a);
  return weight < 0.5
    ? Math.fround(weight * difference + a)
    : Math.fround(b - difference * Math.fround(1 - weight));
}
