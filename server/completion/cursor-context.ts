import type { TextRange } from '../../engine/core/findings.ts';
import { startOfLine } from '../yaml/find-pair.ts';
import { flowContext } from './flow-context.ts';
import { type OpenFlow, openFlow } from './open-flow.ts';
import { type Line, parseLine } from './parse-line.ts';

/** Where the cursor stands in a YAML text, found from the lines alone: a document that is being typed rarely parses. */
export interface CursorContext {
  /** Keys and list indices from the top to the mapping, list or value that the cursor is in. */
  readonly path: readonly string[];
  /** A value is expected after `key:` or `- `; otherwise a key. */
  readonly position: 'key' | 'value';
  /** The word under the cursor, to be replaced. */
  readonly word: TextRange;
  /** The column of the key or item, from which its children are indented. */
  readonly column: number;
  /** A colon follows the word already. */
  readonly hasColon: boolean;
  /** `key:` without the space that YAML wants before a value. */
  readonly needsSpace: boolean;
  /** Inside `{…}` or `[…]`. */
  readonly inFlow: boolean;
  /** The keys that stand beside the cursor on the same line, in flow style. */
  readonly flowKeys: readonly string[];
  /** The document without the line of the cursor: what the other lines say. */
  readonly otherLines: string;
}

export function cursorContext(text: string, offset: number): CursorContext | undefined {
  const lineStart = startOfLine(text, offset);
  const endMatch = /[\r\n]/.exec(text.slice(offset));
  const lineEnd = endMatch ? offset + endMatch.index : text.length;
  const raw = text.slice(lineStart, lineEnd);
  const before = text.slice(lineStart, offset);
  if (/(^|\s)#/.test(withoutQuoted(before)) || /^(---|\.\.\.|%)/.test(raw)) return undefined;
  const line = parseLine(raw);
  const otherLines = text.slice(0, lineStart) + ' '.repeat(raw.length) + text.slice(lineEnd);
  const open = openFlow(text, offset);
  if (open) return inOpenFlow(text, offset, open, otherLines);
  const parents = parentsOf(text.slice(0, lineStart), line, before);
  if (!parents) return undefined;
  const common = {
    otherLines,
    column: line.column,
    inFlow: false,
    flowKeys: [],
    hasColon: false,
    needsSpace: false,
  };
  const cursorColumn = offset - lineStart;
  if (line.key === undefined || cursorColumn <= line.keyEnd) {
    // A key, a half-typed key, or the item of a list.
    const start = lineStart + Math.min(line.column, cursorColumn);
    const flow =
      line.key === undefined ? flowContext(raw.slice(line.column), cursorColumn - line.column) : undefined;
    if (flow) return withFlow(flow, parents, lineStart + line.column, common);
    const end = line.key === undefined ? lineStart + raw.trimEnd().length : lineStart + line.keyEnd;
    return {
      ...common,
      path: parents,
      position: 'key',
      word: { start, end: Math.max(end, offset) },
      column: Math.min(line.column, cursorColumn),
      hasColon: line.key !== undefined,
    };
  }
  const path = [...parents, line.key];
  const flow = flowContext(raw.slice(line.valueColumn), cursorColumn - line.valueColumn);
  if (flow) return withFlow(flow, path, lineStart + line.valueColumn, common);
  const valueStart = Math.min(line.valueColumn, cursorColumn);
  const valueEnd = Math.max(line.valueEnd, cursorColumn);
  return {
    ...common,
    path,
    position: 'value',
    word: { start: lineStart + valueStart, end: lineStart + valueEnd },
    needsSpace: cursorColumn === line.keyEnd + 1,
  };
}

/** The brackets were opened on an earlier line: that line says where they belong. */
function inOpenFlow(
  text: string,
  offset: number,
  open: OpenFlow,
  otherLines: string,
): CursorContext | undefined {
  const line = parseLine(open.line);
  const before = open.line.slice(0, open.start - open.lineStart);
  const parents = parentsOf(text.slice(0, open.lineStart), line, before);
  const flow = flowContext(open.text, offset - open.start);
  if (!parents || !flow) return undefined;
  const path = line.key === undefined ? parents : [...parents, line.key];
  return withFlow(flow, path, open.start, { otherLines, column: line.column, needsSpace: false });
}

function withFlow(
  flow: NonNullable<ReturnType<typeof flowContext>>,
  path: readonly string[],
  start: number,
  common: Pick<CursorContext, 'otherLines' | 'column' | 'needsSpace'>,
): CursorContext {
  return {
    ...common,
    path: [...path, ...flow.path],
    position: flow.position,
    word: { start: start + flow.word.start, end: start + flow.word.end },
    hasColon: flow.hasColon,
    inFlow: true,
    flowKeys: flow.keys,
  };
}

/** The keys above that hold this line, by indentation; undefined where nothing can be completed. */
function parentsOf(above: string, line: Line, before: string): string[] | undefined {
  const lines = above.split(/\r\n|\r|\n/).map(parseLine);
  const path: string[] = [];
  let column = line.isBlank ? before.length : line.column;
  let dashes = line.dashColumns;
  for (;;) {
    // Every dash before the text is one list around it.
    const isItem = dashes.length > 0;
    for (const _ of dashes) path.unshift('0');
    column = dashes[0] ?? column;
    if (column === 0 && !isItem) return path;
    const holder = holderOf(lines, column, isItem);
    if (!holder) return column === 0 ? path : undefined;
    if (holder.column === column && !isItem) {
      // The first line of the same list item: what holds it holds this line.
      dashes = holder.dashColumns;
      continue;
    }
    // A key with a value of its own, or a half-typed word, holds nothing below it.
    if (holder.key === undefined || !holder.opensBlock) return undefined;
    path.unshift(holder.key);
    column = holder.column;
    dashes = holder.dashColumns;
  }
}

/** The nearest line above that is less indented, or that opens the list item in which `column` lies. */
function holderOf(lines: Line[], column: number, isItem: boolean): Line | undefined {
  for (let line = lines.pop(); line; line = lines.pop()) {
    if (line.isBlank) continue;
    const [dash] = line.dashColumns;
    if (dash !== undefined) {
      if (dash < column && (line.column < column || (line.column === column && !isItem))) return line;
    } else if (line.column < column || (isItem && line.column === column && line.key !== undefined)) {
      // A list may stand in the column of its key.
      return line;
    }
  }
  return undefined;
}

function withoutQuoted(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, (quoted) => '_'.repeat(quoted.length));
}
