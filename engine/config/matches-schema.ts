import type { ConfigNode } from './config-node.ts';
import type { Schema } from './config-schema.ts';

/** Does a node satisfy the condition of an `if`? Conditions only name constants of properties (the discriminators). */
export function matchesSchema(node: ConfigNode, condition: Schema): boolean {
  if (condition.const !== undefined) return node.kind === 'scalar' && node.value === condition.const;
  if (node.kind !== 'mapping') return false;
  if (condition.required?.some((key) => !node.entries.has(key))) return false;
  return Object.entries(condition.properties ?? {}).every(([key, part]) => {
    const entry = node.entries.get(key);
    return !entry || matchesSchema(entry.node, part);
  });
}
