import type { ConfigNode } from './config-node.ts';
import { acceptedTypes, configSchema, resolved, type Schema } from './config-schema.ts';
import { matchesSchema } from './matches-schema.ts';
import { childSchema } from './validate-keys.ts';

/**
 * The schema that describes the value at a path, given what stands in the document: conditions (a provider's kind, an
 * edit's name) are followed. Undefined where the schema says nothing. `top` is the schema of the file's kind.
 */
export function schemaAt(
  root: ConfigNode | undefined,
  steps: readonly string[],
  top: Schema = configSchema,
): Schema | undefined {
  let schema: Schema | undefined = resolved(top);
  let node = root;
  for (const step of steps) {
    schema = childOfNode(schema, node, step);
    if (!schema) return undefined;
    node = childNode(node, step);
  }
  return schema;
}

/** The mapping form of a schema that also accepts something else, such as a provider's name. */
export function mappingForm(schema: Schema): Schema | undefined {
  if (schema.properties) return schema;
  const branches = schema.oneOf ?? schema.anyOf ?? [];
  const mapping = branches.find((branch) => acceptedTypes(branch)?.includes('object'));
  return mapping && resolved(mapping);
}

/** The keys that a mapping may hold here: those of the schema, narrowed by the conditions that apply. */
export function possibleKeys(schema: Schema, node: ConfigNode | undefined): [string, Schema][] {
  const form = mappingForm(schema);
  if (!form) return [];
  const narrowed = (form.allOf ?? []).flatMap((condition) => {
    const names = condition.then?.propertyNames?.enum;
    return names && node && condition.if && matchesSchema(node, condition.if) ? [names] : [];
  });
  return Object.entries(form.properties ?? {})
    .filter(([key, child]) => !child.doNotSuggest && narrowed.every((names) => names.includes(key)))
    .map(([key, child]) => [key, resolved(child)]);
}

/** The schema of one child, with the conditions that apply to its parent followed. */
export function childOfNode(schema: Schema, node: ConfigNode | undefined, step: string): Schema | undefined {
  if (/^\d+$/.test(step)) {
    const list = schema.items || schema.prefixItems ? schema : listForm(schema);
    const item = list?.prefixItems?.[Number(step)] ?? list?.items;
    return item ? resolved(item) : undefined;
  }
  const form = mappingForm(schema) ?? schema;
  for (const condition of form.allOf ?? []) {
    const narrowed = condition.then?.properties?.[step];
    if (narrowed && node && condition.if && matchesSchema(node, condition.if)) {
      const own = childSchema(form, step);
      const branch = mappingForm(resolved(narrowed)) ?? resolved(narrowed);
      return { ...(own && resolved(own)), ...branch };
    }
  }
  const child = childSchema(form, step);
  return child && resolved(child);
}

function listForm(schema: Schema): Schema | undefined {
  const branches = schema.oneOf ?? schema.anyOf ?? [];
  const list = branches.find((branch) => acceptedTypes(branch)?.includes('array'));
  return list && resolved(list);
}

function childNode(node: ConfigNode | undefined, step: string): ConfigNode | undefined {
  if (node?.kind === 'mapping') return node.entries.get(step)?.node;
  return node?.kind === 'sequence' ? node.items[Number(step)] : undefined;
}
