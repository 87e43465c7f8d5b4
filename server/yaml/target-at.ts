import type { ConfigNode } from '../../engine/config/config-node.ts';
import { appendPointer } from '../../engine/config/json-pointer.ts';
import type { TextRange } from '../../engine/core/findings.ts';

/** A key or a value of a text, with its place in the tree. */
export interface TextTarget {
  readonly pointer: string;
  readonly range: TextRange;
  /** The value, also when the cursor is on its key. */
  readonly node: ConfigNode;
  readonly onKey: boolean;
}

/** The key or the plain value at an offset. */
export function targetAt(node: ConfigNode, offset: number, pointer = ''): TextTarget | undefined {
  if (node.kind === 'mapping') {
    for (const [key, entry] of node.entries) {
      const own = appendPointer(pointer, key);
      if (entry.keyRange && contains(entry.keyRange, offset))
        return { pointer: own, range: entry.keyRange, node: entry.node, onKey: true };
      const inside = targetAt(entry.node, offset, own);
      if (inside) return inside;
    }
  } else if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) {
      const inside = targetAt(item, offset, appendPointer(pointer, index));
      if (inside) return inside;
    }
  } else if (node.kind === 'scalar' && node.range && contains(node.range, offset)) {
    return { pointer, range: node.range, node, onKey: false };
  }
  return undefined;
}

function contains(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset < range.end;
}
