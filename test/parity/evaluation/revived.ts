import type { Golden } from '../parity-types.ts';

const NON_FINITE = ['NaN', 'Infinity', '-Infinity'];

/** A value whose numbers that JSON lacks are numbers again, as Python's reader gives them. */
export function revived(value: Golden): Golden {
  if (typeof value === 'string') return NON_FINITE.includes(value) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revived(member)]));
}
