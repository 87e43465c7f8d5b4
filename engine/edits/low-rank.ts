import { legacyGauss } from '../numerics/legacy-gauss.ts';
import { Mt19937 } from '../numerics/mt19937.ts';

/** Two matrices whose product is what an adapter adds: [rows, rank] and [rank, columns], row-major. */
export interface LowRankFactors {
  readonly rank: number;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/**
 * Draws the factors of every matrix from one seed, in the order of the names, so that they depend neither on the order in
 * which the weights lie in their files nor on how the files are cut.
 */
export function lowRankFactors(
  shapes: ReadonlyMap<string, readonly [number, number]>,
  rank: number,
  seed: number,
): ReadonlyMap<string, LowRankFactors> {
  const next = legacyGauss(Mt19937.fromWord(seed));
  const factors = new Map<string, LowRankFactors>();
  for (const [name, [rows, columns]] of [...shapes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const left = Float64Array.from({ length: rows * rank }, next);
    const right = Float64Array.from({ length: rank * columns }, next);
    factors.set(name, { rank, left, right });
  }
  return factors;
}

/**
 * W + s·B·A: what merging an adapter of a low rank into a matrix does. The factor s makes the change as large as
 * `relativeNorm` says, measured against the matrix in the Frobenius norm.
 */
export function mergeLowRank(
  weights: Float32Array,
  [rows, columns]: readonly [number, number],
  { rank, left, right }: LowRankFactors,
  relativeNorm: number,
): Float32Array {
  const change = new Float64Array(rows * columns);
  let changeSquared = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let k = 0; k < rank; k += 1)
        sum += (left[row * rank + k] ?? 0) * (right[k * columns + column] ?? 0);
      change[row * columns + column] = sum;
      changeSquared += sum * sum;
    }
  }
  let squared = 0;
  for (const weight of weights) squared += weight * weight;
  const scale = changeSquared === 0 ? 0 : (relativeNorm * Math.sqrt(squared)) / Math.sqrt(changeSquared);
  return weights.map((weight, at) => weight + scale * (change[at] ?? 0));
}
