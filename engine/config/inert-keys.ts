import type { Finding } from '../core/findings.ts';
import type { ConfigNode } from './config-node.ts';
import { configSchema, resolved, type Schema } from './config-schema.ts';
import { appendPointer } from './json-pointer.ts';
import { type Place, report } from './report-at.ts';
import { childOfNode } from './schema-at.ts';

/**
 * Hints about keys that nothing reads, or that are only copied into the evidence (spec 01 §1.4, marks *inert* and
 * *recorded*). Deprecated keys say so already when the file is validated.
 */
export function findInertKeys(root: ConfigNode): Finding[] {
  const findings: Finding[] = [];
  visit({ node: root, pointer: '', findings }, resolved(configSchema));
  return findings;
}

function visit(place: Place, schema: Schema): void {
  const { node, key, pointer, findings } = place;
  const effect = schema['x-invarlock']?.effect;
  if (!schema.deprecated && effect === 'inert')
    report(place, 'C125', 'note', `"${key}" has no effect here.`, 'key');
  if (!schema.deprecated && effect === 'recorded') {
    const message = `"${key}" is only recorded in the evidence; it changes nothing else.`;
    report(place, 'C124', 'note', message, 'key');
  }
  if (node.kind !== 'mapping') return;
  for (const [name, entry] of node.entries) {
    const below = childOfNode(schema, node, name);
    const child = { node: entry.node, entry, key: name, pointer: appendPointer(pointer, name), findings };
    if (below) visit(child, below);
  }
}
