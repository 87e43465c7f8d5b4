import type { MappingEntry, MappingNode } from '../config-node.ts';

/** Sections that may be written empty (`eval:`), and then say nothing (spec 01 §1.4.1). */
const nullable = ['certify', 'eval', 'auto', 'context', 'output', 'primary_metric'];
const nullableGuards = ['invariants', 'spectral', 'rmt', 'variance'];

/** The tree without its empty sections, so that a merge over the defaults does not erase them. */
export function withoutNullSections(root: MappingNode): MappingNode {
  const entries = without(root.entries, nullable);
  const guards = entries.get('guards');
  if (guards?.node.kind === 'mapping') {
    const node = { ...guards.node, entries: without(guards.node.entries, nullableGuards) };
    entries.set('guards', { ...guards, node });
  }
  return { ...root, entries };
}

function without(
  entries: ReadonlyMap<string, MappingEntry>,
  names: readonly string[],
): Map<string, MappingEntry> {
  const isEmpty = (name: string, { node }: MappingEntry) =>
    names.includes(name) && node.kind === 'scalar' && node.value === null;
  return new Map([...entries].filter(([name, entry]) => !isEmpty(name, entry)));
}
