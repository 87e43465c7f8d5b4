import type { TextRange } from '../core/findings.ts';
import { pointerSteps } from './json-pointer.ts';

/**
 * A configuration value that remembers where it came from. Includes, `defaults`, merges and overlays work on these
 * nodes, so the place of every value survives until the last finding is reported.
 */
export type ConfigNode = ScalarNode | MappingNode | SequenceNode | IncludeNode;

type ScalarValue = string | number | boolean | null;

interface NodePlace {
  readonly source: ConfigSource;
  /** Absent for values that stand in no text, such as flags and profiles. */
  readonly range?: TextRange;
}

export interface ScalarNode extends NodePlace {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** The text of the scalar when it was written without quotes. */
  readonly plainText?: string;
  readonly quote?: '"' | "'";
}

export interface MappingNode extends NodePlace {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

export interface MappingEntry {
  readonly node: ConfigNode;
  /** Where the key stands; not always the file of the value, which may be included. */
  readonly source: ConfigSource;
  readonly keyRange?: TextRange;
  readonly keyQuote?: '"' | "'";
}

interface SequenceNode extends NodePlace {
  readonly kind: 'sequence';
  readonly items: readonly ConfigNode[];
}

/** An `!include` that has not been resolved. */
export interface IncludeNode extends NodePlace {
  readonly kind: 'include';
  readonly target: string;
}

/** Which layer of the precedence a value belongs to (spec 01 §1.2). */
export interface ConfigSource {
  readonly kind: 'file' | 'include' | 'defaults' | 'profile' | 'tier' | 'environment' | 'flag' | 'default';
  /** The file in which the value is written, as the user named it. */
  readonly file?: string;
  /** What else names the layer: the profile, the tier, the variable, the flag, the setting that is followed. */
  readonly label?: string;
}

/** The plain value of a node; includes that are not resolved are left out. */
export function plainValue(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(plainValue);
    case 'mapping': {
      const value: Record<string, unknown> = {};
      for (const [key, entry] of node.entries) {
        if (entry.node.kind === 'include') continue;
        // A key named __proto__ must become data, not the prototype.
        Object.defineProperty(value, key, {
          value: plainValue(entry.node),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      return value;
    }
    case 'include':
      return undefined;
  }
}

/** The node at a JSON pointer, with the entry that holds it where its parent is a mapping. */
export function nodeAt(
  root: ConfigNode,
  pointer: string,
): { node: ConfigNode; entry: MappingEntry | undefined } | undefined {
  let node: ConfigNode | undefined = root;
  let entry: MappingEntry | undefined;
  for (const step of pointerSteps(pointer)) {
    if (node.kind === 'mapping') {
      entry = node.entries.get(step);
      node = entry?.node;
    } else if (node.kind === 'sequence') {
      entry = undefined;
      node = node.items[Number(step)];
    } else {
      return undefined;
    }
    if (!node) return undefined;
  }
  return { node, entry };
}

/** The same tree with another value at a pointer; mappings on the way are made where there are none. */
export function withNodeAt(root: MappingNode, pointer: string, node: ConfigNode): MappingNode {
  return withNode(root, pointerSteps(pointer), node);
}

function withNode(root: MappingNode, [key = '', ...rest]: readonly string[], node: ConfigNode): MappingNode {
  const entry = root.entries.get(key);
  const below: MappingNode =
    entry?.node.kind === 'mapping'
      ? entry.node
      : { kind: 'mapping', source: node.source, entries: new Map() };
  const value = rest.length === 0 ? node : withNode(below, rest, node);
  const entries = new Map(root.entries);
  entries.set(key, { source: node.source, ...entry, node: value });
  return { ...root, entries };
}

/** The same tree, with every value marked as belonging to a layer; files and ranges stay. */
export function withSource(node: ConfigNode, layer: Pick<ConfigSource, 'kind' | 'label'>): ConfigNode {
  const source = { ...node.source, ...layer };
  if (node.kind === 'sequence')
    return { ...node, source, items: node.items.map((item) => withSource(item, layer)) };
  if (node.kind !== 'mapping') return { ...node, source };
  const entries = new Map<string, MappingEntry>();
  for (const [key, entry] of node.entries) {
    entries.set(key, {
      ...entry,
      source: { ...entry.source, ...layer },
      node: withSource(entry.node, layer),
    });
  }
  return { ...node, source, entries };
}

/** A node for a value that stands in no text: a flag, a profile, a default. */
export function nodeFromValue(value: unknown, source: ConfigSource): ConfigNode {
  if (Array.isArray(value)) {
    return { kind: 'sequence', source, items: value.map((item) => nodeFromValue(item, source)) };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = new Map<string, MappingEntry>();
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) entries.set(key, { node: nodeFromValue(item, source), source });
    }
    return { kind: 'mapping', source, entries };
  }
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', source, value: scalar ? value : null };
}
