import type { Checked, Finding } from '../core/findings.ts';
import { type MappingEntry, type MappingNode, withSource } from './config-node.ts';
import { mergeConfig } from './merge-config.ts';

/** Merges the top-level `defaults` underneath the rest and removes the key (spec 01 §1.1, steps 4 and 5). */
export function applyDefaults(root: MappingNode): Checked<MappingNode> & { value: MappingNode } {
  const entry = root.entries.get('defaults');
  if (!entry) return { value: root, findings: [] };
  const rest: MappingNode = { ...root, entries: without(root, 'defaults') };
  const { node } = entry;
  const isNull = node.kind === 'scalar' && node.value === null;
  // An include that is not resolved stays, so that the rules know that something is missing from the picture.
  if (node.kind === 'include') return { value: root, findings: [] };
  if (isNull) return { value: rest, findings: [] };
  if (node.kind !== 'mapping') {
    return { value: rest, findings: [finding('C111', entry, '"defaults" must be a mapping.', '/defaults')] };
  }
  const nested = node.entries.get('defaults');
  const findings = nested
    ? [
        finding(
          'C114',
          nested,
          'defaults inside defaults are not merged. Move these keys one level up.',
          '/defaults/defaults',
        ),
      ]
    : [];
  const lower = withSource({ ...node, entries: without(node, 'defaults') }, { kind: 'defaults' });
  const merged = mergeConfig(lower, rest);
  return { value: merged.kind === 'mapping' ? merged : rest, findings };
}

function without(node: MappingNode, key: string): Map<string, MappingEntry> {
  const entries = new Map(node.entries);
  entries.delete(key);
  return entries;
}

function finding(code: Finding['code'], entry: MappingEntry, message: string, pointer: string): Finding {
  const range = entry.keyRange ?? entry.node.range;
  const file = entry.source.file;
  return {
    code,
    severity: 'error',
    message,
    pointer,
    ...(file !== undefined && { file }),
    ...(range && { range }),
  };
}
