import type { Finding } from '../core/findings.ts';
import type { ConfigNode, MappingNode } from './config-node.ts';
import {
  acceptedTypes,
  configSchema,
  fitsType,
  resolved,
  type Schema,
  type SchemaType,
  typeOfValue,
} from './config-schema.ts';
import { appendPointer } from './json-pointer.ts';
import { matchesSchema } from './matches-schema.ts';
import { type Place, report } from './report-at.ts';
import { checkKeys } from './validate-keys.ts';
import { checkScalar } from './validate-scalar.ts';
import { wrongType } from './wrong-type.ts';

/**
 * Compares a merged configuration with schemas/config.schema.json: one finding per problem, at the place where the value
 * was written.
 *
 * We walk the schema ourselves instead of translating a validator's errors: alternatives are chosen by the type or the
 * discriminator of the value first, so there is never a list of "does not match any of". A test compares the verdict
 * with ajv's on mutated documents.
 */
export function validateConfig(root: MappingNode, schema: Schema = configSchema): Finding[] {
  const findings: Finding[] = [];
  const sections = schemaIsOfRuns(schema) ? configSchema.properties : undefined;
  validateNode({ node: root, pointer: '', findings, ...(sections && { sections }) }, schema);
  return withoutRepeats(findings);
}

/** A profile is a part of a configuration, tiers are not. */
function schemaIsOfRuns(schema: Schema): boolean {
  return resolved(schema).properties?.dataset !== undefined;
}

/** A property that a condition describes again is checked twice, and its problem found twice. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const identity = `${finding.code} ${finding.pointer} ${finding.message}`;
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

function validateNode(place: Place, given: Schema): void {
  const { node } = place;
  // What an unresolved include holds is unknown, and about the unknown nothing is said.
  if (node.kind === 'include') return;
  const schema = resolved(given);
  if (isRejected(schema, node)) {
    report(
      place,
      'C114',
      'error',
      schema.errorMessage ?? schema.deprecationMessage ?? 'This key is refused.',
      'key',
    );
    return;
  }
  if (schema.deprecated) {
    const advice = schema.deprecationMessage ?? schema.description ?? 'It has no effect.';
    report(place, 'C115', 'note', `"${place.key}" is deprecated. ${advice}`, 'key');
  }
  const expected = acceptedTypes(schema);
  if (expected && !expected.some((type) => fitsType(nodeType(node), type))) {
    wrongType(place, expected, schema);
    return;
  }
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches) validateBranch(place, branches);
  if (node.kind === 'mapping') validateMapping(place, node, schema);
  else if (node.kind === 'sequence') validateSequence(place, schema);
  else checkScalar(place, schema);
}

/** A key that exists only to be refused: `not: {}`, or a type of null with a message of its own. */
function isRejected(schema: Schema, node: ConfigNode): boolean {
  if (schema.not && Object.keys(schema.not).length === 0) return true;
  return schema.type === 'null' && schema.errorMessage !== undefined && nodeType(node) !== 'null';
}

/** Of several alternatives, the one whose type fits. Lists that stay open (a list or a pattern) are read by checkScalar. */
function validateBranch(place: Place, branches: readonly Schema[]): void {
  const type = nodeType(place.node);
  const fitting = branches.filter(
    (branch) => acceptedTypes(branch)?.some((one) => fitsType(type, one)) ?? true,
  );
  const [only] = fitting;
  if (only && fitting.length === 1) validateNode(place, only);
}

function validateMapping(place: Place, node: MappingNode, schema: Schema): void {
  for (const { child, entry, key } of checkKeys(place, node, schema)) {
    const pointer = appendPointer(place.pointer, key);
    validateNode({ ...place, node: entry.node, entry, key, pointer }, child);
  }
  for (const condition of schema.allOf ?? []) {
    if (!condition.if || !condition.then || !matchesSchema(node, condition.if)) continue;
    // The condition only adds to what was already checked: it may narrow a property or the set of keys.
    validateMapping(place, node, { ...condition.then, additionalProperties: true });
  }
}

function validateSequence(place: Place, schema: Schema): void {
  const { node } = place;
  if (node.kind !== 'sequence') return;
  const count = node.items.length;
  if (schema.minItems !== undefined && count < schema.minItems) {
    report(place, 'C117', 'error', `Needs at least ${schema.minItems} items and has ${count}.`, 'value');
  }
  if (schema.maxItems !== undefined && count > schema.maxItems) {
    report(place, 'C117', 'error', `Takes at most ${schema.maxItems} items and has ${count}.`, 'value');
  }
  const seen = new Set<unknown>();
  node.items.forEach((item, index) => {
    const { entry: _, ...around } = place;
    const own: Place = { ...around, node: item, pointer: appendPointer(place.pointer, index) };
    const child = schema.prefixItems?.[index] ?? schema.items;
    if (child) validateNode(own, child);
    if (schema.uniqueItems && item.kind === 'scalar') {
      if (seen.has(item.value))
        report(own, 'C117', 'error', `${JSON.stringify(item.value)} stands twice in this list.`, 'value');
      seen.add(item.value);
    }
  });
}

function nodeType(node: ConfigNode): SchemaType {
  if (node.kind === 'mapping') return 'object';
  if (node.kind === 'sequence') return 'array';
  return node.kind === 'scalar' ? typeOfValue(node.value) : 'null';
}
