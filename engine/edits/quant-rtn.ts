import { roundHalfEven } from '../artifacts/safetensors/half-floats.ts';

/** `channel`: a scale per output channel; `tensor`: one for the matrix. `reference` has a kernel of its own. */
export type RtnGranularity = 'channel' | 'tensor';

export interface RtnOptions {
  readonly bits: number;
  readonly granularity: RtnGranularity;
  /** Axis of the output channels: 0 for weights stored as [out, in], 1 for [in, out]. */
  readonly outputAxis: 0 | 1;
}

/**
 * Symmetric round-to-nearest quantisation of a row-major matrix, returned dequantised. Levels go from −(2^(b−1)−1) to
 * 2^(b−1)−1. Every step is float32 arithmetic, so that other implementations of the recipe give the same bytes.
 */
export function quantizeRtn(
  weights: Float32Array,
  shape: readonly [number, number],
  options: RtnOptions,
): Float32Array {
  const [, columns] = shape;
  const top = 2 ** (options.bits - 1) - 1;
  const scaleIndex = (i: number): number => {
    if (options.granularity === 'tensor') return 0;
    return options.outputAxis === 0 ? Math.floor(i / columns) : i % columns;
  };
  const scaleCount = options.granularity === 'tensor' ? 1 : shape[options.outputAxis];
  const scales = new Float32Array(scaleCount);
  for (const [i, weight] of weights.entries()) {
    const at = scaleIndex(i);
    // Math.max keeps NaN, so a channel with one becomes NaN as a whole instead of hiding it.
    scales[at] = Math.max(scales[at] ?? 0, Math.abs(weight));
  }
  for (const [at, largest] of scales.entries()) scales[at] = largest === 0 ? 1 : largest / top;

  const result = new Float32Array(weights.length);
  for (const [i, weight] of weights.entries()) {
    const scale = scales[scaleIndex(i)] ?? 1;
    const level = roundHalfEven(Math.fround(weight / scale));
    result[i] = clamp(level, -top, top) * scale;
  }
  return result;
}

/** Keeps NaN and the sign of zero. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : Math.min(value, high);
}
