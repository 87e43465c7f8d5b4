import { type Document, isMap, isScalar, type YAMLMap } from 'yaml';
import type { ConfigNode } from '../../engine/config/config-node.ts';
import type { Schema } from '../../engine/config/config-schema.ts';
import { mappingForm, schemaAt } from '../../engine/config/schema-at.ts';
import type { TextFix, TextRange } from '../../engine/core/findings.ts';
import { anchorMentions } from '../yaml/anchors.ts';
import { endOfLine, endOfPair, lineBreakOf, startOfLine, writtenAt } from '../yaml/find-pair.ts';

/**
 * The keys of the section under the cursor in the order in which the schema lists them. Comments above and behind a key
 * move with it; keys that the schema does not know go to the end.
 */
export function sortKeys(
  text: string,
  document: Document,
  root: ConfigNode | undefined,
  schema: Schema,
  cursor: number,
): TextFix | undefined {
  const steps = root && sectionAt(root, startOfLine(text, cursor), endOfLine(text, cursor), []);
  if (!steps) return undefined;
  const map = writtenAt(document, steps)?.node;
  const form = mappingForm(schemaAt(root, steps, schema) ?? {});
  if (!isMap(map) || map.flow || !form?.properties) return undefined;
  const known = Object.keys(form.properties);
  const rank = (name: string) => {
    // What is merged in must stand before what overrides it, as a reader expects.
    if (name === '<<') return -1;
    const index = known.indexOf(name);
    return index < 0 ? known.length : index;
  };
  const blocks = blocksOf(text, map, steps.length === 0);
  if (!blocks) return undefined;
  const sorted = [...blocks].sort((a, b) => rank(a.name) - rank(b.name));
  if (sorted.every((block, index) => block === blocks[index])) return undefined;
  const range = { start: blocks[0]?.start ?? 0, end: blocks.at(-1)?.end ?? 0 };
  // An alias must stay behind its anchor.
  if (anchorMentions(text).some((one) => one.kind === 'anchor' && isWithin(one.range, range)))
    return undefined;
  const lineBreak = lineBreakOf(text);
  // Blank lines separate places, not keys: they stay where they are.
  const newText = sorted
    .map(
      ({ content }, index) => content + (blocks[index + 1] ? lineBreak + (blocks[index]?.blank ?? '') : ''),
    )
    .join('');
  const title = `Put the ${steps.length === 0 ? 'sections' : `keys of ${steps.join('.')}`} in the usual order`;
  return { title, range, newText };
}

/** The innermost mapping with a key on the line. */
function sectionAt(node: ConfigNode, start: number, end: number, steps: string[]): string[] | undefined {
  if (node.kind !== 'mapping') return undefined;
  for (const [key, entry] of node.entries) {
    const own = entry.keyRange && start <= entry.keyRange.start && entry.keyRange.start <= end;
    if (own) return steps;
    const inside = sectionAt(entry.node, start, end, [...steps, key]);
    if (inside) return inside;
  }
  return undefined;
}

interface Block {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly content: string;
  /** Blank lines behind it. */
  readonly blank: string;
}

/** Every key with its value and its comments, as whole lines; undefined where lines are shared or keys repeat. */
function blocksOf(text: string, map: YAMLMap, isTop: boolean): Block[] | undefined {
  const places: { name: string; start: number; end: number }[] = [];
  for (const [index, pair] of map.items.entries()) {
    const { key } = pair;
    if (!isScalar(key) || !key.range) return undefined;
    const keyStart = key.range[0];
    const line = startOfLine(text, keyStart);
    if (!/^ *$/.test(text.slice(line, keyStart))) return undefined;
    const end = endOfLine(text, endOfPair(text, { map, pair, index, key }));
    // The lines at the top of a file are about the file.
    const above = commentsAbove(text, line, places.at(-1)?.end ?? 0);
    places.push({ name: key.source ?? String(key.value), start: isTop && above === 0 ? line : above, end });
  }
  if (places.length < 2 || new Set(places.map(({ name }) => name)).size < places.length) return undefined;
  const blocks = places.map(({ name, start, end }, index) => {
    const next = places[index + 1];
    const whole = text.slice(start, next ? next.start : end);
    const content = whole.trimEnd();
    const blank = whole.slice(content.length).replace(/^[ \t]*(\r\n|\r|\n)/, '');
    return { name, start, end, content, blank };
  });
  // Blank lines at the end of such a value are part of it.
  return blocks.some(({ content }) => /[|>]\d?\+\d?[ \t]*(#.*)?$/m.test(content)) ? undefined : blocks;
}

/** Where the comments begin that stand directly above a line. */
function commentsAbove(text: string, line: number, limit: number): number {
  let start = line;
  while (start > limit) {
    const previous = startOfLine(text, start - (text.slice(0, start).endsWith('\r\n') ? 2 : 1));
    if (previous < limit || !/^[ \t]*#/.test(text.slice(previous, start))) break;
    start = previous;
  }
  return start;
}

function isWithin(inner: TextRange, outer: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
