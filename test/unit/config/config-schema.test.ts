import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { configSchema, type Schema } from '../../../engine/config/config-schema.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { generateTypes } from '../../../scripts/generate-types.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

describe('schemas/config.schema.json', () => {
  test('describes every property', () => {
    const silent: string[] = [];
    visit(configSchema, '#', (schema, place) => {
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        if (property.$ref === undefined && !property.description) silent.push(`${place}/${name}`);
      }
    });
    expect(silent).toEqual([]);
  });

  test('refers only to definitions that exist, and describes each', () => {
    const definitions = configSchema.$defs ?? {};
    visit(configSchema, '#', (schema, place) => {
      if (schema.$ref === undefined || schema.$ref === '#') return;
      const definition = definitions[schema.$ref.replace('#/$defs/', '')];
      expect(definition?.description, `${place} refers to ${schema.$ref}`).toBeTruthy();
    });
  });

  test('closes the certify section and gives it the seven keys', () => {
    const certify = configSchema.$defs?.certify;
    expect(certify?.additionalProperties).toBe(false);
    expect(Object.keys(certify?.properties ?? {})).toEqual([
      'baseline',
      'subject',
      'profile',
      'tier',
      'adapter',
      'out',
      'cert_out',
    ]);
  });

  test('gives an example that is valid', () => {
    const [example] = configSchema.examples ?? [];
    expect(parseConfig(JSON.stringify(example), { file: 'example.json' }).findings).toEqual([]);
  });
});

test('the generated types agree with the schema; run scripts/generate-types.mjs after changing it', async () => {
  const texts: Map<string, string> = await generateTypes();
  expect([...texts.keys()]).toContain('schemas/generated/config.ts');
  for (const [output, text] of texts) expect(readFileSync(path.join(root, output), 'utf8')).toBe(text);
});

/** Every schema below, except inside conditions, which only narrow what is described elsewhere. */
function visit(schema: Schema, place: string, see: (schema: Schema, place: string) => void): void {
  see(schema, place);
  const children: [string, Schema | undefined | false][] = [
    ...Object.entries(schema.$defs ?? {}),
    ...Object.entries(schema.properties ?? {}),
    ...(schema.oneOf ?? []).map((part, index): [string, Schema] => [`oneOf/${index}`, part]),
    ...(schema.anyOf ?? []).map((part, index): [string, Schema] => [`anyOf/${index}`, part]),
    ...(schema.prefixItems ?? []).map((part, index): [string, Schema] => [`prefixItems/${index}`, part]),
    ['items', schema.items],
  ];
  for (const [name, child] of children) if (child) visit(child, `${place}/${name}`, see);
}
