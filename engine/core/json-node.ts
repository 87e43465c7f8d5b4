import type { TextRange } from './findings.ts';
import { PythonFloat } from './python-json.ts';

/** A JSON value with its place in the text. Numbers keep their spelling, because `512` and `512.0` differ in digests. */
export type JsonNode = { readonly range: TextRange } & (
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly source: string;
      readonly numberKind: 'int' | 'float';
    }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonMember> }
);

export interface JsonMember {
  readonly keyRange: TextRange;
  readonly node: JsonNode;
}

/** Plain data. Objects have no prototype, so a key such as `__proto__` or `constructor` is only a key. */
export function plainValue(node: JsonNode): unknown {
  return convert(node, (number) => number.value);
}

/** Data with Python's number kinds: floats as `PythonFloat`, integers too large for a double as bigint (spec 04 §5.1). */
export function taggedValue(node: JsonNode): unknown {
  return convert(node, ({ value, source, numberKind }) => {
    if (numberKind === 'float') return new PythonFloat(value);
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : BigInt(source);
  });
}

/** The node at a JSON pointer; undefined when there is none. */
export function nodeAt(root: JsonNode, pointer: string): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of steps(pointer)) {
    if (node?.kind === 'object') node = node.members.get(step)?.node;
    else if (node?.kind === 'array')
      node = /^(0|[1-9]\d*)$/u.test(step) ? node.items[Number(step)] : undefined;
    else return undefined;
  }
  return node;
}

/** The text range at a pointer, or that of the nearest value around it when the value is missing. */
export function rangeAt(root: JsonNode, pointer: string): TextRange {
  const path = steps(pointer);
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(
      root,
      path
        .slice(0, length)
        .map((step) => `/${escapeStep(step)}`)
        .join(''),
    );
    if (node)
      return length === path.length ? node.range : (keyRange(root, path.slice(0, length)) ?? node.range);
  }
  return { start: root.range.start, end: Math.min(root.range.end, root.range.start + 1) };
}

/** A missing member is reported at the name of the object that lacks it, not over the object's whole text. */
function keyRange(root: JsonNode, path: readonly string[]): TextRange | undefined {
  const parent = nodeAt(
    root,
    path
      .slice(0, -1)
      .map((step) => `/${escapeStep(step)}`)
      .join(''),
  );
  const last = path.at(-1);
  return parent?.kind === 'object' && last !== undefined ? parent.members.get(last)?.keyRange : undefined;
}

function convert(node: JsonNode, number: (node: Extract<JsonNode, { kind: 'number' }>) => unknown): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return node.value;
    case 'number':
      return number(node);
    case 'array':
      return node.items.map((item) => convert(item, number));
    case 'object': {
      const value: Record<string, unknown> = Object.create(null);
      for (const [key, member] of node.members) value[key] = convert(member.node, number);
      return value;
    }
  }
}

function steps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
