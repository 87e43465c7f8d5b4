import { type ConfigSource, type MappingNode, nodeAt, nodeFromValue, withNodeAt } from '../config-node.ts';

/** Sets a number where the tree holds a smaller one or none: profiles and tiers only ever raise counts. */
export function raise(root: MappingNode, pointer: string, least: number, source: ConfigSource): MappingNode {
  const own = numberAt(root, pointer);
  return own !== undefined && own >= least ? root : withNodeAt(root, pointer, nodeFromValue(least, source));
}

/** The number at a pointer of a tree, when there is one. */
export function numberAt(root: MappingNode, pointer: string): number | undefined {
  const node = nodeAt(root, pointer)?.node;
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
}
