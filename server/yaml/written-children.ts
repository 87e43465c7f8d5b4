import type { ConfigNode, MappingEntry } from '../../engine/config/config-node.ts';
import type { TextRange } from '../../engine/core/findings.ts';

/** A key with its value, or an item of a list. */
export interface WrittenChild {
  /** The key, or the place in the list. */
  readonly name: string;
  readonly child: ConfigNode;
  readonly keyRange: TextRange | undefined;
}

/** What is written inside a node, in this text and at this place: not what an alias or a merge key brings. */
export function writtenChildren(node: ConfigNode, inside: TextRange): WrittenChild[] {
  const isInside = (range: TextRange | undefined) =>
    range !== undefined && inside.start <= range.start && range.end <= inside.end;
  if (node.kind === 'mapping') {
    return [...node.entries]
      .filter(([, entry]: [string, MappingEntry]) => isInside(entry.keyRange))
      .map(([name, entry]) => ({ name, child: entry.node, keyRange: entry.keyRange }));
  }
  if (node.kind !== 'sequence') return [];
  return node.items.flatMap((child, index) =>
    isInside(child.range) ? [{ name: String(index), child, keyRange: undefined }] : [],
  );
}
