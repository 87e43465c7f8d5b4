import { nodeAt } from '../../engine/config/config-node.ts';
import { jsonPointer, pointerSteps } from '../../engine/config/json-pointer.ts';
import { possibleKeys, schemaAt } from '../../engine/config/schema-at.ts';
import type { TextFix } from '../../engine/core/findings.ts';
import { insertKey } from '../yaml/insert-key.ts';
import type { FixContext, Fixer } from './fix-context.ts';
import { newKey } from './new-key.ts';

/** Adds a key that is missing, to the nearest section around the finding that may hold it. */
export const addKey: Fixer = (context) => {
  const { expected } = context.finding;
  const names = Array.isArray(expected) ? expected : [expected];
  return names.flatMap((name) => (typeof name === 'string' ? (add(context, name) ?? []) : []));
};

function add({ text, document, root, schema: top, finding }: FixContext, name: string): TextFix | undefined {
  for (let steps = pointerSteps(finding.pointer ?? ''); ; steps = steps.slice(0, -1)) {
    const schema = schemaAt(root, steps, top);
    const node = root && nodeAt(root, jsonPointer(steps))?.node;
    const takesKeys =
      node === undefined || node.kind === 'mapping' || (node.kind === 'scalar' && node.value === null);
    if (schema && takesKeys && possibleKeys(schema, node).some(([key]) => key === name)) {
      const key = newKey(root, steps, name, top);
      const insertion = key && insertKey(text, document, steps, key);
      return insertion && { title: `Add ${[...steps, name].join('.')}`, ...insertion };
    }
    if (steps.length === 0) return undefined;
  }
}
