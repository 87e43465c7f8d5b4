import { type ConfigNode, type MappingNode, nodeAt, withNodeAt } from '../config-node.ts';
import { pointerSteps } from '../json-pointer.ts';

/** Old names and the names that replaced them (spec 01 §1.3). Where both are given the old one does not count. */
export const aliases: readonly (readonly [alias: string, name: string])[] = [
  ['/model/dtype', '/model/torch_dtype'],
  ['/edit/parameters', '/edit/plan'],
  ['/edit/plan/bits', '/edit/plan/bitwidth'],
  ['/eval/bootstrap/n', '/eval/bootstrap/replicates'],
  ['/eval/strict', '/eval/strict_errors'],
  ['/eval/allow_iterable_calibration', '/eval/materialize_calibration'],
  ['/output/model_path', '/output/model_dir'],
];

/** The tree with every value under its own name, so that layers meet. */
export function withCanonicalNames(root: MappingNode): MappingNode {
  let result = root;
  for (const [alias, name] of aliases) {
    const old = nodeAt(result, alias)?.node;
    if (!old) continue;
    const isNamed = nodeAt(result, name) !== undefined;
    result = withoutKey(result, pointerSteps(alias));
    if (!isNamed) result = withNodeAt(result, name, old);
  }
  return result;
}

function withoutKey(root: MappingNode, [key = '', ...rest]: readonly string[]): MappingNode {
  const entries = new Map(root.entries);
  const entry = entries.get(key);
  if (rest.length === 0) entries.delete(key);
  else if (entry?.node.kind === 'mapping')
    entries.set(key, { ...entry, node: withoutKey(entry.node, rest) satisfies ConfigNode });
  return { ...root, entries };
}
