/**
 * How many tokens have which divergence, so that quantiles can be checked without every token's value. Parallel lists;
 * bins without tokens are left out.
 */
export interface BinnedCounts {
  /** See `binEdges`. */
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

/** Rounding leaves values slightly below zero where nothing differs. */
const negative = -1;

/** 2^−30: what lies below is the noise of float32 sums, in one bin. */
const smallest = 2 ** -30;

/**
 * Eight bins per doubling: the exponent of a float32 number and the three highest bits of its fraction, so that no
 * logarithm decides about an edge.
 */
export function binnedCounts(values: Iterable<Float32Array>): BinnedCounts {
  const counts = new Map<number, number>();
  for (const list of values) {
    for (const value of list) {
      const bin = binOf(value);
      counts.set(bin, (counts.get(bin) ?? 0) + 1);
    }
  }
  const bins = [...counts.keys()].sort((a, b) => a - b);
  return { bins, counts: bins.map((bin) => counts.get(bin) ?? 0) };
}

const bits = new DataView(new ArrayBuffer(4));

function binOf(value: number): number {
  if (value < 0) return negative;
  if (value < smallest) return 0;
  bits.setFloat32(0, value);
  return bits.getUint32(0) >>> 20;
}

/** The values of a bin, the upper end exclusive. */
export function binEdges(bin: number): readonly [number, number] {
  if (bin === negative) return [Number.NEGATIVE_INFINITY, 0];
  if (bin === 0) return [0, smallest];
  return [edge(bin), edge(bin + 1)];
}

function edge(bin: number): number {
  bits.setUint32(0, bin * 2 ** 20);
  return bits.getFloat32(0);
}
