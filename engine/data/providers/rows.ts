import type { DataText } from '../data-types.ts';
import type { DataPair } from '../text-windows.ts';

/** The text in a row's field, or why there is none. */
export type RowText = { readonly text: string; readonly problem?: undefined } | { readonly problem: string };

/** A string that is not blank, as it stands (spec 02 §1.6): the literal key first, then a dotted path (EQ-20). */
export function textOfRow(row: unknown, field: string): RowText {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { problem: 'not a JSON object' };
  const text = fieldOf(row, field);
  if (typeof text !== 'string') return { problem: `no string in the field "${field}"` };
  if (text.trim() === '') return { problem: `a blank text in the field "${field}"` };
  return { text };
}

/** The first `limit` usable texts of a dataset's rows (spec 02 §1.6). */
export function textsOfRows(rows: readonly unknown[], field: string, limit: number): DataText[] {
  return rows
    .flatMap((row, rowIndex) => {
      const { text, problem } = { text: '', ...textOfRow(row, field) };
      return problem === undefined ? [{ text, rowIndex }] : [];
    })
    .slice(0, limit);
}

/** The first `limit` pairs of which both sides are usable (spec 02 §1.7). */
export function pairsOfRows(
  rows: readonly unknown[],
  fields: { readonly source: string; readonly target: string },
  limit: number,
): DataPair[] {
  return rows
    .flatMap((row, rowIndex) => {
      const pair = pairOfRow(row, fields);
      return 'problem' in pair ? [] : [{ ...pair, rowIndex }];
    })
    .slice(0, limit);
}

/** Both sides of a pair, or why there are not both. */
export function pairOfRow(
  row: unknown,
  fields: { readonly source: string; readonly target: string },
): { readonly source: string; readonly target: string } | { readonly problem: string } {
  const source = textOfRow(row, fields.source);
  if (source.problem !== undefined) return { problem: source.problem };
  const target = textOfRow(row, fields.target);
  if (target.problem !== undefined) return { problem: target.problem };
  return { source: source.text, target: target.text };
}

function fieldOf(row: object, field: string): unknown {
  if (Object.hasOwn(row, field)) return (row as Record<string, unknown>)[field];
  let value: unknown = row;
  for (const key of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
