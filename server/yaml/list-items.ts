import { type Document, isScalar, isSeq, type Node, type Scalar, type YAMLSeq } from 'yaml';
import type { TextRange } from '../../engine/core/findings.ts';
import { endOfLine, lineBreakOf, startOfLine, writtenAtPointer } from './find-pair.ts';
import type { Insertion } from './insert-key.ts';
import { flowRange, wholeLines } from './remove-pair.ts';

/** A list of plain values that is written in this text, with the place of every item. */
export interface FoundList {
  readonly list: YAMLSeq;
  readonly items: readonly { readonly node: Scalar; readonly range: TextRange }[];
}

/** The list at a pointer; undefined for an alias, and where an item is empty, no scalar, or carries an anchor or a tag. */
export function listAt(document: Document, pointer: string): FoundList | undefined {
  const list = writtenAtPointer(document, pointer)?.node;
  return isSeq(list) ? asFoundList(list) : undefined;
}

export function asFoundList(list: YAMLSeq): FoundList | undefined {
  const items: { node: Scalar; range: TextRange }[] = [];
  for (const item of list.items) {
    if (
      !isScalar(item) ||
      !item.range ||
      item.range[1] <= item.range[0] ||
      item.anchor !== undefined ||
      item.tag !== undefined
    )
      return undefined;
    items.push({ node: item, range: { start: item.range[0], end: item.range[1] } });
  }
  return items.length > 0 ? { list, items } : undefined;
}

/** Adds an item at the end of a list, on a line of its own where the others have one. */
export function appendItem(text: string, { list, items }: FoundList, item: string): Insertion | undefined {
  const last = items.at(-1)?.range;
  if (!last) return undefined;
  const lineEnd = endOfLine(text, last.end);
  const lineBreak = lineBreakOf(text);
  if (!list.flow) {
    const indentation = dashIndentation(text, last.start);
    if (indentation === undefined) return undefined;
    return { range: { start: lineEnd, end: lineEnd }, newText: `${lineBreak}${indentation}- ${item}` };
  }
  const close = (list.range?.[1] ?? 0) - 1;
  if (text[close] !== ']') return undefined;
  const comma = /^\s*,/.exec(text.slice(last.end, close))?.[0];
  const start = last.end + (comma?.length ?? 0);
  if (close <= lineEnd) {
    const newText = comma === undefined ? `, ${item}` : ` ${item},`;
    return { range: { start, end: start }, newText };
  }
  // The comment behind the last item stays behind it.
  const indentation = ' '.repeat(last.start - startOfLine(text, last.start));
  const rest = text.slice(start, lineEnd);
  const separator = comma === undefined ? ',' : '';
  const after = comma === undefined ? '' : ',';
  const newText = `${separator}${rest}${lineBreak}${indentation}${item}${after}`;
  return { range: { start, end: Math.max(start, lineEnd) }, newText };
}

/** The text to delete so that one item is gone. */
export function removeItem(text: string, { list, items }: FoundList, index: number): TextRange | undefined {
  const item = items[index]?.range;
  if (!item || items.length < 2) return undefined;
  if (list.flow) return flowRange(item, items[index - 1]?.range.end, items[index + 1]?.range.start);
  const lineStart = startOfLine(text, item.start);
  if (dashIndentation(text, item.start) === undefined) return undefined;
  return wholeLines(text, lineStart, endOfLine(text, item.end));
}

/** A list written anew with other items, in its own style; undefined where a comment or a key shares its lines. */
export function rewriteList(
  text: string,
  found: FoundList,
  names: readonly string[],
  style: 'flow' | 'block' = found.list.flow ? 'flow' : 'block',
): Insertion | undefined {
  const range = writtenRange(text, found);
  const first = found.items[0]?.range;
  if (!range || !first || text.slice(range.start, range.end).includes('#')) return undefined;
  if (style === 'flow') return { range, newText: `[${names.join(', ')}]` };
  const indentation = dashIndentation(text, first.start);
  if (indentation === undefined) return undefined;
  return { range, newText: names.map((name) => `- ${name}`).join(`${lineBreakOf(text)}${indentation}`) };
}

/** From the bracket or the first dash to the end of the last item. */
export function writtenRange(text: string, { list, items }: FoundList): TextRange | undefined {
  const start = list.range?.[0];
  const end = list.flow ? list.range?.[1] : items.at(-1)?.range.end;
  if (start === undefined || end === undefined) return undefined;
  return list.flow && text[end - 1] !== ']' ? undefined : { start, end };
}

/** What stands before the dash of an item, when nothing but spaces does. */
function dashIndentation(text: string, itemStart: number): string | undefined {
  return /^([ \t]*)-[ \t]+$/.exec(text.slice(startOfLine(text, itemStart), itemStart))?.[1];
}

/** A node that has a place in the text. */
export function placeOf(node: Node | null | undefined): TextRange | undefined {
  const [start, end] = node?.range ?? [];
  return start === undefined || end === undefined || end <= start ? undefined : { start, end };
}
