/**
 * Magnitude pruning of one matrix: the `sparsity` share of smallest weights becomes zero, and so does every other
 * weight as small as the largest of them. NaN stays, since it is no small weight.
 */
export function pruneByMagnitude(weights: Float32Array, sparsity: number): Float32Array {
  const count = roundHalfEvenCount(weights.length * sparsity);
  if (count === 0) return weights.slice();
  const magnitudes = weights.map(Math.abs).sort();
  const cut = magnitudes[count - 1] ?? 0;
  return weights.map((weight) => (Math.abs(weight) <= cut ? 0 : weight));
}

/** How many of `n` weights a share means; ties go to the even number. */
function roundHalfEvenCount(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
