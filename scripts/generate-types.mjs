/**
 * Writes the TypeScript types of the schemas into schemas/generated/ (committed; a test proves that they agree).
 *
 * `node scripts/generate-types.mjs` writes; `generateTypes()` returns the texts, for the test.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const targets = [
  { schema: 'schemas/config.schema.json', output: 'schemas/generated/config.ts', typeName: 'RunConfig' },
];

/** The generated text of every target, by output path. */
export async function generateTypes() {
  const texts = new Map();
  for (const { schema, output, typeName } of targets) {
    const document = JSON.parse(readFileSync(path.join(root, schema), 'utf8'));
    // The generator names the root type after the title.
    const text = await compile({ ...prepared(document), title: typeName }, typeName, {
      additionalProperties: true,
      bannerComment: `// Generated from ${schema} by scripts/generate-types.mjs. Do not edit.`,
      cwd: root,
      style: { singleQuote: true, printWidth: 110, trailingComma: 'all' },
    });
    texts.set(output, text);
  }
  return texts;
}

/**
 * The schema without the parts that have no meaning as a type: conditions and rejected keys (`not: {}`), which the
 * generator would turn into noise.
 */
function prepared(node) {
  if (Array.isArray(node)) return node.map(prepared);
  if (node === null || typeof node !== 'object') return node;
  const result = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'if' || key === 'then' || key === 'patternProperties') continue;
    // A list of known names that stays open is a plain string as a type.
    if (key === 'anyOf' && value.some((part) => 'pattern' in part)) continue;
    if (key === 'allOf' && value.every((part) => 'if' in part)) continue;
    if (key === 'properties') {
      result[key] = Object.fromEntries(
        Object.entries(value)
          .filter(([, property]) => !('not' in property))
          .map(([name, property]) => [name, prepared(property)]),
      );
      continue;
    }
    result[key] = prepared(value);
  }
  return result;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const [output, text] of await generateTypes()) {
    mkdirSync(path.dirname(path.join(root, output)), { recursive: true });
    writeFileSync(path.join(root, output), text);
  }
}
