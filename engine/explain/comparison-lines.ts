import { isFiniteNumber } from '../core/json-access.ts';
import { printable } from '../render/console-lines.ts';
import type { Comparison, Difference } from './compare-documents.ts';

/** Longer values are cut. */
const LONGEST_TEXT = 60;

/**
 * A comparison for people: what differs, then a count of what does not. Ignored differences are counted, never listed.
 */
export function comparisonLines(comparison: Comparison, ignoreVolatile: boolean): readonly string[] {
  const { differences, equalCount } = comparison;
  const listed = differences.filter((difference) => !(ignoreVolatile && difference.volatile));
  const ignored = differences.length - listed.length;
  const lines = listed.map(differenceLine);
  const parts = [
    `${listed.length} ${listed.length === 1 ? 'difference' : 'differences'}`,
    `${equalCount} equal values`,
  ];
  if (ignored > 0) parts.push(`${ignored} volatile differences ignored`);
  return [...lines, `${parts.join(', ')}.`].map(printable);
}

function differenceLine({ pointer, left, right, volatile, entries }: Difference): string {
  const mark = volatile ? '  (volatile)' : '';
  const name = pointer.slice(1) || 'the document';
  if (!entries) return `  ${name}: ${shown(left)} → ${shown(right)}${change(left, right)}${mark}`;
  const length =
    entries.left === entries.right ? `${entries.left}` : `${entries.left} and ${entries.right} entries`;
  const largest = entries.largest
    ? `, most at ${entries.largest.index} (${signed(entries.largest.difference)})`
    : '';
  return `  ${name}: ${entries.differing} of ${length} differ${largest}${mark}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}

function change(left: unknown, right: unknown): string {
  if (!isFiniteNumber(left) || !isFiniteNumber(right) || left === 0) return '';
  const percent = (100 * (right - left)) / Math.abs(left);
  return ` (${percent < 0 ? '-' : '+'}${Number(Math.abs(percent).toPrecision(3))} %)`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Number(Math.abs(value).toPrecision(6))}`;
}
