import type { ConfigNode, MappingEntry } from './config-node.ts';

/**
 * Deep merge (spec 01 §1.1): mapping over mapping recurses; anything else of the higher side, a null included,
 * replaces the lower value as a whole. Keys keep the order of the lower side, then of the higher.
 *
 * An include that is not resolved yet replaces too: what it holds is unknown here.
 */
export function mergeConfig(lower: ConfigNode, higher: ConfigNode): ConfigNode {
  if (lower.kind !== 'mapping' || higher.kind !== 'mapping') return higher;
  const entries = new Map<string, MappingEntry>(lower.entries);
  for (const [key, entry] of higher.entries) {
    const below = lower.entries.get(key);
    entries.set(key, below ? { ...entry, node: mergeConfig(below.node, entry.node) } : entry);
  }
  return { ...higher, entries };
}
