import { halfEven } from './half-even.ts';

/**
 * A number with at most three decimals, as Python's `round(x, 3)` has it: the decimal nearest to the exact binary value,
 * of two equally near ones the even one.
 *
 * @example roundThousandths(0.0625) // 0.062
 */
export function roundThousandths(value: number): number {
  // Only multiples of 1/16 can lie exactly between two thousandths.
  const isTie = Number.isInteger(16 * value) && Math.abs(2000 * value) % 2 === 1;
  return isTie ? halfEven(1000 * value) / 1000 : Number(value.toFixed(3));
}
