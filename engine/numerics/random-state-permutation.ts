import { Mt19937 } from './mt19937.ts';

/**
 * NumPy's `RandomState(seed).permutation(n)`: a Fisher–Yates shuffle from the top with masked rejection (spec 02 §6.7).
 * Window selection depends on it. 0 ≤ seed < 2^32, or a RangeError.
 *
 * @example randomStatePermutation(42, 5) // Int32Array [1, 4, 2, 0, 3]
 */
export function randomStatePermutation(seed: number, count: number): Int32Array {
  const generator = Mt19937.fromWord(seed);
  const values = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const mask = smallestMask(last);
    let other = generator.next32() & mask;
    while (other > last) other = generator.next32() & mask;
    const value = values[last] ?? 0;
    values[last] = values[other] ?? 0;
    values[other] = value;
  }
  return values;
}

/** The smallest 2^k − 1 that is at least `value`. */
function smallestMask(value: number): number {
  return 0xffffffff >>> Math.clz32(value);
}
