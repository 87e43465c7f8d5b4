import { isScalar, type Pair } from 'yaml';
import type { TextRange } from '../../engine/core/findings.ts';
import { endOfLine, endOfPair, type FoundPair, startOfLine } from './find-pair.ts';

/** The text to delete so that a key is gone with its value; undefined where that would break what is around it. */
export function removePair(text: string, found: FoundPair): TextRange | undefined {
  const start = found.key.range?.[0];
  if (start === undefined) return undefined;
  const end = endOfPair(text, found);
  const next = keyStart(found.map.items[found.index + 1]);
  if (found.map.flow) return flowRange({ start, end }, previousEnd(text, found), next);
  const lineStart = startOfLine(text, start);
  if (/^[ \t]*$/.test(text.slice(lineStart, start))) return wholeLines(text, lineStart, endOfLine(text, end));
  // Behind the dash of a list item the next key moves up.
  return next === undefined ? undefined : { start, end: next };
}

/** Whole lines, with the line end behind or before them. */
export function wholeLines(text: string, start: number, lineEnd: number): TextRange {
  const lineBreak = /^(\r\n|\r|\n)/.exec(text.slice(lineEnd))?.[0];
  if (lineBreak !== undefined) return { start, end: lineEnd + lineBreak.length };
  // The last line goes with the line end before it.
  const before = /(\r\n|\r|\n)$/.exec(text.slice(0, start))?.[0] ?? '';
  return { start: start - before.length, end: lineEnd };
}

/** A member of `{…}` or `[…]` with the comma that is not needed any more. */
export function flowRange(
  { start, end }: TextRange,
  previousEnd: number | undefined,
  nextStart: number | undefined,
): TextRange {
  if (nextStart !== undefined) return { start, end: nextStart };
  return { start: previousEnd ?? start, end };
}

function previousEnd(text: string, { map, index }: FoundPair): number | undefined {
  const pair = map.items[index - 1];
  return pair && isScalar(pair.key)
    ? endOfPair(text, { map, pair, index: index - 1, key: pair.key })
    : undefined;
}

function keyStart(pair: Pair | undefined): number | undefined {
  return pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
}
