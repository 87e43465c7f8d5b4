import type { FactRow } from './certificate-view.ts';

/** Rows for the values that are there; what a document does not hold is not shown. */
export function presentRows(pairs: readonly (readonly [string, string | undefined])[]): FactRow[] {
  return pairs.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));
}
