import type { ConfigNode } from '../../engine/config/config-node.ts';
import { nodeAt } from '../../engine/config/config-node.ts';
import {
  acceptedTypes,
  configSchema,
  knownValues,
  resolved,
  type Schema,
} from '../../engine/config/config-schema.ts';
import { inYaml } from '../../engine/config/describe-schema.ts';
import { jsonPointer } from '../../engine/config/json-pointer.ts';
import { mappingForm, schemaAt } from '../../engine/config/schema-at.ts';
import type { NewKey } from '../yaml/insert-key.ts';

/** What a section that is added holds: what a certification cannot do without. */
const sectionKeys: Readonly<Record<string, readonly string[]>> = {
  certify: ['baseline', 'subject', 'profile', 'tier'],
  dataset: ['provider', 'file', 'seq_len', 'preview_n', 'final_n'],
};

/** Values that the schema has no default for, because a run without them must not start. */
const starters: Readonly<Record<string, unknown>> = {
  'certify.baseline': './models/baseline',
  'certify.subject': './models/subject',
  'certify.profile': 'ci',
  'dataset.provider': 'local_jsonl',
  'dataset.file': './data/heldout.jsonl',
  'dataset.preview_n': 200,
  'dataset.final_n': 200,
};

/** A missing key with a value that fits: what a neighbour demands, a starter, the default, an example. */
export function newKey(
  root: ConfigNode | undefined,
  steps: readonly string[],
  name: string,
  top: Schema = configSchema,
): NewKey | undefined {
  const schema = schemaAt(root, [...steps, name], top);
  if (!schema) return undefined;
  const members = steps.length === 0 ? sectionKeys[name] : undefined;
  if (members) {
    const values = members.map((key) => [
      key,
      inYaml(starters[`${name}.${key}`] ?? startingValue(memberOf(schema, key))),
    ]);
    return {
      name,
      block: [`${name}:`, ...values.map(([key, value]) => `\t${key}: ${value}`)],
      flow: `${name}: {${values.map(([key, value]) => `${key}: ${value}`).join(', ')}}`,
    };
  }
  const value = inYaml(
    fromNeighbour(root, steps, name) ?? starters[[...steps, name].join('.')] ?? startingValue(schema),
  );
  return { name, block: [`${name}: ${value}`], flow: `${name}: ${value}` };
}

/** Keys that must agree with another one beside them. */
const twins: Readonly<Record<string, string>> = {
  preview_n: 'final_n',
  final_n: 'preview_n',
  stride: 'seq_len',
  seq_len: 'stride',
};

function fromNeighbour(root: ConfigNode | undefined, steps: readonly string[], name: string): unknown {
  const twin = twins[name];
  const node = twin === undefined || !root ? undefined : nodeAt(root, jsonPointer([...steps, twin]))?.node;
  return node?.kind === 'scalar' ? (node.value ?? undefined) : undefined;
}

function memberOf(section: Schema, key: string): Schema {
  const child = mappingForm(section)?.properties?.[key];
  return child ? resolved(child) : {};
}

function startingValue(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  const [name] = knownValues(schema)?.values ?? [];
  if (name !== undefined) return name;
  const [type] = acceptedTypes(schema) ?? [];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0;
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  return type === 'object' ? {} : '';
}
