import { acceptedTypes, knownValues, type Schema, type SchemaType } from './config-schema.ts';
import { rangeInWords } from './validate-scalar.ts';

/** What the schema says about a value, in words, for hovers and completion. */
export interface SchemaWords {
  /** "whole number, at least 2". */
  readonly type: string;
  readonly description: string;
  readonly defaultValue: string | undefined;
  readonly allowed: readonly { readonly value: string; readonly description: string }[];
  /** Remarks: what overrides the value, that it has no effect, that it is deprecated. */
  readonly remarks: readonly string[];
}

const typeNames: Readonly<Record<SchemaType, string>> = {
  object: 'mapping',
  array: 'list',
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  null: 'empty',
};

export function describeSchema(schema: Schema): SchemaWords {
  const types = (acceptedTypes(schema) ?? []).map((type) => typeNames[type]);
  const range = rangeInWords(schema);
  const known = knownValues(schema) ?? schema.oneOf?.map(knownValues).find((branch) => branch !== undefined);
  const facts = schema['x-invarlock'];
  const remarks: string[] = [];
  if (schema.deprecated) remarks.push(`Deprecated. ${schema.deprecationMessage ?? ''}`.trim());
  if (facts?.effect === 'recorded') remarks.push('Only recorded in the evidence; changes nothing else.');
  if (facts?.effect === 'inert' && !schema.deprecated) remarks.push('Has no effect.');
  if (facts?.overriddenBy?.length) remarks.push(`Overridden by: ${facts.overriddenBy.join('; ')}.`);
  if (known?.open) remarks.push('Other names are allowed.');
  return {
    type: [types.join(' or '), range].filter((part) => part !== '').join(', '),
    description: schema.description ?? '',
    defaultValue: schema.default === undefined ? undefined : inYaml(schema.default),
    allowed: (known?.values ?? []).map((value, index) => ({
      value: inYaml(value),
      description: known?.descriptions[index] ?? '',
    })),
    remarks,
  };
}

/** A value in flow style, quoted only where YAML needs it. */
export function inYaml(value: unknown): string {
  if (typeof value === 'string')
    return /^(\.{0,2}\/)?[A-Za-z][\w./*-]*$/.test(value) && !isWord(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${inYaml(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}

function isWord(text: string): boolean {
  return /^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
}
