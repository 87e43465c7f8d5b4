import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MappingNode, nodeFromValue } from '../../../engine/config/config-node.ts';
import { configSchema, knownValues, resolved, type Schema } from '../../../engine/config/config-schema.ts';
import { validateConfig } from '../../../engine/config/validate-config.ts';
import { hasErrors } from '../../../engine/core/findings.ts';

/**
 * Our validator walks the schema itself, to say one thing per problem. Whether there is a problem at all must be what a
 * standard validator says, on documents grown from the schema and then bent out of shape.
 */
const isValid = new Ajv2020({ strict: false, allErrors: false, validateFormats: false }).compile(
  configSchema as object,
);

const junk = fc.constantFrom<unknown>(
  null,
  true,
  0,
  -1,
  1,
  2,
  0.5,
  1e9,
  '',
  'x',
  'auto',
  'a b',
  [],
  ['x'],
  {},
  { x: 1 },
);

function fromSchema(given: Schema, depth: number): fc.Arbitrary<unknown> {
  const schema = resolved(given);
  const branches = schema.oneOf ?? schema.anyOf;
  const candidates: fc.Arbitrary<unknown>[] = [junk];
  const known = knownValues(schema)?.values;
  if (known) candidates.push(fc.constantFrom(...known), fc.constantFrom(...known));
  if (schema.default !== undefined) candidates.push(fc.constant(schema.default));
  for (const example of schema.examples ?? []) candidates.push(fc.constant(example));
  if (branches && depth > 0) for (const branch of branches) candidates.push(fromSchema(branch, depth - 1));
  const { properties } = schema;
  if (properties && depth > 0) {
    const fields = Object.entries(properties).map(
      ([key, child]) => [key, fromSchema(child, depth - 1)] as const,
    );
    const mapping = fc
      .subarray(fields, { maxLength: Math.min(6, fields.length) })
      .chain((chosen) => fc.record(Object.fromEntries(chosen), { requiredKeys: [] }));
    candidates.push(mapping, mapping, mapping, mapping, mapping, mapping);
  }
  const bounds = [schema.minimum, schema.maximum, schema.exclusiveMinimum, schema.exclusiveMaximum];
  for (const bound of bounds)
    if (bound !== undefined) candidates.push(fc.constantFrom(bound - 1, bound, bound + 1));
  if (schema.prefixItems) candidates.push(fc.array(fc.constantFrom(0.1, 0.5, 2), { maxLength: 4 }));
  if (schema.items && depth > 0)
    candidates.push(fc.array(fromSchema(schema.items, depth - 1), { maxLength: 3 }));
  return fc.oneof(...candidates);
}

test('the verdict is that of a standard validator', () => {
  const sections = Object.entries(configSchema.properties ?? {}).map(([name, section]) =>
    fromSchema(section, 4).map((value) => ({ [name]: value })),
  );
  const provider = configSchema.$defs?.providerMapping ?? {};
  const documents = fc.oneof(
    fromSchema(configSchema, 4).filter(isMapping),
    ...sections,
    fromSchema(provider, 2).map((value) => ({ dataset: { provider: value } })),
  );
  let valid = 0;
  let invalid = 0;
  fc.assert(
    fc.property(documents, (document) => {
      const root = nodeFromValue(document, { kind: 'file' }) as MappingNode;
      const findings = validateConfig(root);
      const expected = isValid(document);
      if (expected) valid += 1;
      else invalid += 1;
      expect(!hasErrors(findings), JSON.stringify({ document, findings, errors: isValid.errors })).toBe(
        expected,
      );
    }),
    { numRuns: 6000, seed: 20_261_124 },
  );
  // The documents must be of both kinds for the test to say anything.
  expect(Math.min(valid, invalid)).toBeGreaterThan(100);
});

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
