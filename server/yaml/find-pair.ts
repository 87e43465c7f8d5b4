import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { pointerSteps } from '../../engine/config/json-pointer.ts';

/** A key and its value as they are written, in the mapping that holds them. */
export interface FoundPair {
  readonly map: YAMLMap;
  readonly pair: Pair;
  readonly index: number;
  readonly key: Scalar;
}

/** The pair whose key starts at an offset: also a second key of the same name, which no tree of values has. */
export function pairAtOffset(document: Document, start: number): FoundPair | undefined {
  let found: FoundPair | undefined;
  visit(document, {
    Map(_, map) {
      const index = map.items.findIndex(({ key }) => isScalar(key) && key.range?.[0] === start);
      const pair = map.items[index];
      if (!pair || !isScalar(pair.key)) return undefined;
      found = { map, pair, index, key: pair.key };
      return visit.BREAK;
    },
  });
  return found;
}

/** The node that is written at a path; undefined where it comes from an alias, a merge key or an include. */
export function writtenAt(
  document: Document,
  steps: readonly string[],
): { node: Node | null; pair: FoundPair | undefined } | undefined {
  let node: unknown = document.contents;
  let pair: FoundPair | undefined;
  for (const step of steps) {
    if (isMap(node)) {
      const map: YAMLMap = node;
      const index = map.items.findIndex(({ key }) => isScalar(key) && String(key.value) === step);
      const own = map.items[index];
      if (!own || !isScalar(own.key)) return undefined;
      pair = { map, pair: own, index, key: own.key };
      node = own.value;
    } else if (isSeq(node)) {
      pair = undefined;
      node = node.items[Number(step)];
      if (node === undefined) return undefined;
    } else {
      return undefined;
    }
  }
  return { node: (node ?? null) as Node | null, pair };
}

/** What is written at a pointer of the merged tree: at its own place, or in the `defaults` of the same text. */
export function writtenAtPointer(document: Document, pointer: string): ReturnType<typeof writtenAt> {
  const steps = pointerSteps(pointer);
  return writtenAt(document, steps) ?? writtenAt(document, ['defaults', ...steps]);
}

/** Where a pair ends, without the comment and the line end behind it. */
export function endOfPair(text: string, { pair, key }: FoundPair): number {
  const keyEnd = key.range?.[1] ?? 0;
  const value = pair.value as Node | null;
  const end = Math.max(keyEnd, value?.range?.[1] ?? keyEnd);
  const trimmed = text.slice(0, end).trimEnd().length;
  const withColon = Math.max(trimmed, keyEnd);
  // An empty value ends at its colon.
  const colon = /^\s*:/.exec(text.slice(withColon));
  return withColon === keyEnd && colon ? keyEnd + colon[0].length : withColon;
}

export function endOfLine(text: string, offset: number): number {
  const length = text.slice(offset).search(/[\r\n]/);
  return length < 0 ? text.length : offset + length;
}

export function startOfLine(text: string, offset: number): number {
  // `lastIndexOf` takes a negative place for 0, and would find a line end there.
  if (offset === 0) return 0;
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** The line end that a text uses. */
export function lineBreakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** How far a text indents a section. */
export function indentationStep(text: string): number {
  for (const line of text.split(/\r?\n/)) {
    const spaces = /^( +)[^\s#-]/.exec(line)?.[1];
    if (spaces) return spaces.length;
  }
  return 2;
}
