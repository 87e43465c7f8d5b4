import { startOfLine } from '../yaml/find-pair.ts';
import { parseLine } from './parse-line.ts';

/** A `{…}` or `[…]` over several lines that is open at the cursor. */
export interface OpenFlow {
  /** Where its bracket stands, and the line that holds the bracket. */
  readonly start: number;
  readonly lineStart: number;
  readonly line: string;
  /** From the bracket on, comments blanked, up to where the next section starts. */
  readonly text: string;
}

/** The flow collection from an earlier line in which the cursor stands; undefined on plain block lines. */
export function openFlow(text: string, offset: number): OpenFlow | undefined {
  let open: { start: number; lineStart: number; line: string } | undefined;
  let depth = 0;
  let quote = '';
  let start = 0;
  const cursorLine = startOfLine(text, offset);
  const blanked = text.split('');
  for (const { 0: content, index: lineStart } of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    // Half-typed brackets end where the next section starts.
    if (depth > 0 && /^[A-Za-z_]\w*\s*:(\s|$)/.test(content)) {
      if (lineStart > offset) break;
      depth = 0;
      quote = '';
    }
    start = lineStart;
    if (depth === 0) {
      const column = flowColumn(content);
      if (lineStart >= cursorLine || column === undefined) {
        if (lineStart >= cursorLine) break;
        continue;
      }
      open = { start: lineStart + column, lineStart, line: content.replace(/[\r\n]+$/, '') };
      start = open.start;
    }
    for (let at = start; at < lineStart + content.length; at += 1) {
      const character = text[at] ?? '';
      if (quote !== '') {
        if (character === '\\' && quote === '"') at += 1;
        else if (character === quote) quote = '';
      } else if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
        for (; at < lineStart + content.trimEnd().length; at += 1) blanked[at] = ' ';
      } else if (/["']/.test(character) && /[\s,:[{]/.test(text[at - 1] ?? ' ')) quote = character;
      else if (character === '{' || character === '[') depth += 1;
      else if (character === '}' || character === ']') depth -= 1;
      if (depth <= 0 && at >= start) {
        depth = 0;
        break;
      }
    }
    if (depth > 0 && lineStart + content.length > offset) break;
  }
  if (!open || depth === 0 || open.lineStart >= cursorLine) return undefined;
  const rest = text.slice(offset).search(/[\r\n][A-Za-z_]\w*\s*:(\s|$)/);
  const end = rest < 0 ? text.length : offset + rest;
  return { ...open, text: blanked.slice(open.start, end).join('') };
}

/** Where a line's value opens a flow collection. */
function flowColumn(content: string): number | undefined {
  const line = parseLine(content);
  const column = line.key === undefined ? line.column : line.valueColumn;
  const prefix = /^(?:[&!]\S+\s+)*/.exec(content.slice(column))?.[0] ?? '';
  const at = column + prefix.length;
  return /^[[{]/.test(content.slice(at)) ? at : undefined;
}
