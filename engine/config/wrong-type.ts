import type { TextFix } from '../core/findings.ts';
import type { ConfigNode } from './config-node.ts';
import { knownValues, type Schema, type SchemaType } from './config-schema.ts';
import { type Place, report } from './report-at.ts';

const names: Readonly<Record<SchemaType, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};

/** Reports a value of the wrong type, with a fix where only the spelling is wrong. */
export function wrongType(place: Place, expected: readonly SchemaType[], schema: Schema): void {
  const wanted = expected
    .filter((type) => type !== 'null' || expected.length === 1)
    .map((type) => names[type]);
  const fix = respell(place.node, expected, schema);
  const message = `"${place.key ?? 'The file'}" must be ${wanted.join(' or ')}, not ${describe(place.node)}.`;
  const actual = place.node.kind === 'scalar' ? place.node.value : place.node.kind;
  report(place, 'C111', 'error', message, 'value', { expected, actual, ...(fix && { fix }) });
}

function describe(node: ConfigNode): string {
  if (node.kind === 'mapping') return 'a mapping';
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'include') return 'an include';
  if (node.value === null) return 'empty';
  if (typeof node.value === 'string') return `the text ${JSON.stringify(shortened(node.value))}`;
  return typeof node.value === 'number' ? `the number ${node.value}` : `${node.value}`;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** `"200"` for 200, `yes` or 1 for true, `10` for "10", one item for a list: the value is right and only its spelling is of another type. */
function respell(node: ConfigNode, expected: readonly SchemaType[], schema: Schema): TextFix | undefined {
  if (node.kind !== 'scalar' || !node.range || node.range.end === node.range.start) return undefined;
  const text = correctedText(node.value, node.plainText, expected, schema);
  return text === undefined ? undefined : { title: `Write ${text}`, range: node.range, newText: text };
}

function correctedText(
  value: unknown,
  plainText: string | undefined,
  expected: readonly SchemaType[],
  schema: Schema,
): string | undefined {
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase();
    if (expected.includes('boolean') && /^(true|yes|on)$/.test(word)) return 'true';
    if (expected.includes('boolean') && /^(false|no|off)$/.test(word)) return 'false';
    if (expected.includes('integer') && /^[-+]?\d+$/.test(word)) return String(Number(word));
    if (expected.includes('number') && /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/.test(word))
      return String(Number(word));
    // One item needs brackets to be a list.
    return expected.includes('array') && plainText !== undefined && /^[\w./-]+$/.test(plainText)
      ? `[${plainText}]`
      : undefined;
  }
  if (expected.includes('boolean') && (value === 1 || value === 0)) return String(value === 1);
  // A number where one of a few names must stand is not a matter of quotes.
  const isText = expected.includes('string') && !knownValues(schema);
  if (isText && (typeof value === 'number' || typeof value === 'boolean') && plainText !== undefined)
    return `"${plainText}"`;
  return undefined;
}
