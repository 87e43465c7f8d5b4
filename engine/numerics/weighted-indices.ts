/** Anything that gives doubles in [0, 1). */
interface RandomSource {
  random(): number;
}

/**
 * Draws indices by weight as NumPy's `choice(n, size, replace=True, p)` (spec 02 §6.5): the index is the number of entries of
 * the cumulative weights that are at most the draw.
 *
 * A table of first candidates (Chen and Asau's guide table) replaces the binary search; the result is the same.
 */
export class WeightedIndices {
  private readonly cumulative: Float64Array;
  private readonly guide: Int32Array;

  constructor(weights: ArrayLike<number>) {
    this.cumulative = cumulativeShares(weights);
    this.guide = guideTable(this.cumulative);
  }

  /** Fills the array with indices: one double each. */
  fill(source: RandomSource, indices: Float64Array): Float64Array {
    for (let index = 0; index < indices.length; index += 1) indices[index] = this.indexOf(source.random());
    return indices;
  }

  private indexOf(draw: number): number {
    const cumulative = this.cumulative;
    let candidate = this.guide[Math.floor(draw * this.guide.length)] ?? 0;
    while ((cumulative[candidate] ?? 2) <= draw) candidate += 1;
    return candidate;
  }
}

function cumulativeShares(weights: ArrayLike<number>): Float64Array {
  const shares = new Float64Array(weights.length);
  let sum = 0;
  for (let index = 0; index < shares.length; index += 1) {
    sum += weights[index] ?? 0;
    shares[index] = sum;
  }
  for (let index = 0; index < shares.length; index += 1) shares[index] = (shares[index] ?? 0) / sum;
  return shares;
}

/** For each slot of the unit interval the number of entries at most its start. A power of two keeps slot starts exact. */
function guideTable(cumulative: Float64Array): Int32Array {
  let slots = 1;
  while (slots < 4 * cumulative.length) slots *= 2;
  const guide = new Int32Array(slots);
  let below = 0;
  for (let slot = 0; slot < slots; slot += 1) {
    while (below < cumulative.length && (cumulative[below] ?? 2) <= slot / slots) below += 1;
    guide[slot] = below;
  }
  return guide;
}
