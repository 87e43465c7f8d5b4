import type { Golden } from '../parity-types.ts';

/** What Python's `float(value)` makes of a value; NaN where it raises. */
export function foreignNumber(value: Golden): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return Number.NaN;
  return Number(value);
}
