import { type Document, isMap, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml';
import type { TextFix, TextRange } from '../../engine/core/findings.ts';
import { indentationStep, lineBreakOf, startOfLine } from '../yaml/find-pair.ts';
import { asFoundList, writtenRange } from '../yaml/list-items.ts';

/** A list under the cursor in the other style: `[a, b]` as lines with dashes, or such lines as `[a, b]`. */
export function convertList(text: string, document: Document, cursor: TextRange): TextFix | undefined {
  let fix: TextFix | undefined;
  visit(document, {
    Pair(_, pair, parents) {
      const map = parents.at(-1);
      if (isMap(map) && !map.flow) fix ??= converted(text, map, pair, cursor);
      return fix ? visit.BREAK : undefined;
    },
  });
  return fix;
}

function converted(text: string, map: YAMLMap, { key, value }: Pair, cursor: TextRange): TextFix | undefined {
  const found = isSeq(value) && value.anchor === undefined && value.tag === undefined && asFoundList(value);
  const keyRange = isScalar(key) ? key.range : undefined;
  const range = found ? writtenRange(text, found) : undefined;
  if (!found || !keyRange || !range || cursor.start > range.end || cursor.end < keyRange[0]) return undefined;
  const whole = { start: text.indexOf(':', keyRange[1]) + 1, end: range.end };
  const items = found.items.map((item) => text.slice(item.range.start, item.range.end));
  // A comment has no place of its own in the other style, and a long text would have to be wrapped anew.
  if (text.slice(whole.start, whole.end).includes('#') || items.some((item) => /[\r\n]/.test(item)))
    return undefined;
  if (found.list.flow) {
    const first = map.items[0]?.key;
    const column = isScalar(first) && first.range ? first.range[0] - startOfLine(text, first.range[0]) : 0;
    const lineBreak = `${lineBreakOf(text)}${' '.repeat(column + indentationStep(text))}- `;
    return {
      title: 'Write the list with one item to a line',
      range: whole,
      newText: `${lineBreak}${items.join(lineBreak)}`,
    };
  }
  // Unquoted, these have a meaning between brackets.
  if (items.some((item) => !/^["']/.test(item) && /[,[\]{}]/.test(item))) return undefined;
  return { title: 'Write the list in one line', range: whole, newText: ` [${items.join(', ')}]` };
}
