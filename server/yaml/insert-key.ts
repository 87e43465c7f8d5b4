import { type Document, isMap, isScalar, type YAMLMap } from 'yaml';
import type { TextRange } from '../../engine/core/findings.ts';
import { endOfLine, endOfPair, indentationStep, lineBreakOf, startOfLine, writtenAt } from './find-pair.ts';

/** A key to be added, as it looks in block style (with lines of its own for a section) and in flow style. */
export interface NewKey {
  readonly name: string;
  /** Lines below the key, indented by whole levels. */
  readonly block: readonly string[];
  readonly flow: string;
}

export interface Insertion {
  readonly range: TextRange;
  readonly newText: string;
}

/** Where and how a key is added to the section at a path; undefined where the section is not written in this text. */
export function insertKey(
  text: string,
  document: Document,
  steps: readonly string[],
  key: NewKey,
): Insertion | undefined {
  const written = writtenAt(document, steps);
  if (!written) return undefined;
  const { node, pair } = written;
  if (isMap(node)) return node.flow ? intoFlow(text, node, key) : intoBlock(text, node, key);
  const isEmpty = node === null || (isScalar(node) && node.value === null && (node.source ?? '') === '');
  if (!isEmpty) return undefined;
  if (!pair) return steps.length === 0 ? atTop(text, key) : undefined;
  if (pair.map.flow) {
    const end = endOfPair(text, pair);
    return { range: { start: end, end }, newText: ` {${key.flow}}` };
  }
  const start = pair.key.range?.[0] ?? 0;
  const column = start - startOfLine(text, start) + indentationStep(text);
  const end = endOfLine(text, endOfPair(text, pair));
  return { range: { start: end, end }, newText: `${lineBreakOf(text)}${blockText(text, key, column)}` };
}

function intoBlock(text: string, map: YAMLMap, key: NewKey): Insertion | undefined {
  const index = map.items.length - 1;
  const last = map.items[index];
  const [first] = map.items;
  if (!last || !first || !isScalar(last.key) || !isScalar(first.key)) return undefined;
  const start = first.key.range?.[0] ?? 0;
  const end = endOfLine(text, endOfPair(text, { map, pair: last, index, key: last.key }));
  const column = start - startOfLine(text, start);
  return { range: { start: end, end }, newText: `${lineBreakOf(text)}${blockText(text, key, column)}` };
}

function intoFlow(text: string, map: YAMLMap, key: NewKey): Insertion | undefined {
  const index = map.items.length - 1;
  const last = map.items[index];
  if (last && isScalar(last.key)) {
    const end = endOfPair(text, { map, pair: last, index, key: last.key });
    return { range: { start: end, end }, newText: `, ${key.flow}` };
  }
  const start = (map.range?.[0] ?? 0) + 1;
  const isOpen = text[start - 1] === '{';
  return isOpen ? { range: { start, end: start }, newText: key.flow } : undefined;
}

function atTop(text: string, key: NewKey): Insertion {
  const separator = text === '' || /[\r\n]$/.test(text) ? '' : lineBreakOf(text);
  const range = { start: text.length, end: text.length };
  return { range, newText: `${separator}${blockText(text, key, 0)}${lineBreakOf(text)}` };
}

function blockText(text: string, key: NewKey, column: number): string {
  const step = ' '.repeat(indentationStep(text));
  const indentation = ' '.repeat(column);
  return key.block
    .map((line) => {
      const levels = /^\t*/.exec(line)?.[0].length ?? 0;
      return `${indentation}${step.repeat(levels)}${line.slice(levels)}`;
    })
    .join(lineBreakOf(text));
}
