import type { Golden } from '../parity-types.ts';

/** Texts for people are not compared (spec 03, conventions). */
export function withoutMessages(value: Golden): Golden {
  if (Array.isArray(value)) return value.map(withoutMessages);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'message');
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutMessages(item)]));
}
