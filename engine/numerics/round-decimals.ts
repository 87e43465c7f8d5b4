import { halfEven } from './half-even.ts';

/**
 * A number with at most so many decimals, as Python's `round(x, digits)` has it: the decimal nearest to the exact binary
 * value, of two equally near ones the even one.
 *
 * @example roundDecimals(0.0625, 3) // 0.062
 */
export function roundDecimals(value: number, digits: number): number {
  const unit = 10 ** digits;
  // Only multiples of a power of two can lie exactly between two decimals.
  const isTie = Number.isInteger(2 ** (digits + 1) * value) && Math.abs(2 * unit * value) % 2 === 1;
  return isTie ? halfEven(unit * value) / unit : Number(value.toFixed(digits));
}
