import type { TextFix } from '../core/findings.ts';
import type { ScalarNode } from './config-node.ts';
import { knownValues, type Schema } from './config-schema.ts';
import { didYouMean } from './did-you-mean.ts';
import { type Place, report } from './report-at.ts';

/** Checks a scalar of the right type: lists of values, ranges, length and form. */
export function checkScalar(place: Place, schema: Schema): void {
  const { node } = place;
  if (node.kind !== 'scalar') return;
  const { value } = node;
  if (schema.const !== undefined && value !== schema.const) {
    const fix = replaceFix(node, String(schema.const));
    const message = `${shown(value)} is not allowed for "${place.key}". Only ${shown(schema.const)} is.`;
    report(place, 'C112', 'error', message, 'value', {
      actual: value,
      expected: [schema.const],
      ...(fix && { fix }),
    });
    return;
  }
  const known = knownValues(schema);
  if (known && !known.values.includes(value) && value !== null) {
    unknownValue(place, node, known, schema);
    return;
  }
  if (typeof value === 'number') checkNumber(place, value, schema);
  if (typeof value === 'string') checkText(place, value, schema);
}

function unknownValue(
  place: Place,
  node: ScalarNode,
  known: { readonly values: readonly unknown[]; readonly open: boolean },
  schema: Schema,
): void {
  const names = known.values.filter((name): name is string => typeof name === 'string');
  const nearest = typeof node.value === 'string' ? didYouMean(node.value, names) : undefined;
  const fix = nearest === undefined ? undefined : replaceFix(node, nearest);
  const guess = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  const facts = { actual: node.value, expected: known.values, ...(fix && { fix }) };
  if (!known.open) {
    const allowed = known.values.map(String).join(', ');
    const message = `${shown(node.value)} is not a value of "${place.key}".${guess} Allowed: ${allowed}.`;
    report(place, 'C112', 'error', message, 'value', facts);
    return;
  }
  const patterns = (schema.anyOf ?? []).flatMap((branch) =>
    branch.pattern === undefined ? [] : [branch.pattern],
  );
  if (patterns.length > 0 && !patterns.some((pattern) => new RegExp(pattern, 'u').test(String(node.value)))) {
    const message = `${shown(node.value)} is not a name. Names hold letters, digits, dots, hyphens and underscores.`;
    report(place, 'C117', 'error', message, 'value', facts);
  } else if (nearest !== undefined) {
    report(
      place,
      'C118',
      'warning',
      `${shown(node.value)} is not a known value of "${place.key}".${guess}`,
      'value',
      facts,
    );
  }
}

function checkNumber(place: Place, value: number, schema: Schema): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const fits =
    !(minimum !== undefined && value < minimum) &&
    !(maximum !== undefined && value > maximum) &&
    !(exclusiveMinimum !== undefined && value <= exclusiveMinimum) &&
    !(exclusiveMaximum !== undefined && value >= exclusiveMaximum);
  if (fits && !Number.isNaN(value)) return;
  const range = rangeInWords(schema);
  const message = `${value} is outside the range of "${place.key}", which is ${range}.`;
  report(place, 'C113', 'error', message, 'value', { actual: value, expected: range });
}

/** How a schema's bounds read in a sentence; empty when it has none. */
export function rangeInWords(schema: Schema): string {
  const lower =
    schema.minimum !== undefined
      ? `at least ${schema.minimum}`
      : schema.exclusiveMinimum !== undefined
        ? `above ${schema.exclusiveMinimum}`
        : '';
  const upper =
    schema.maximum !== undefined
      ? `at most ${schema.maximum}`
      : schema.exclusiveMaximum !== undefined
        ? `below ${schema.exclusiveMaximum}`
        : '';
  return [lower, upper].filter((part) => part !== '').join(' and ');
}

function checkText(place: Place, value: string, schema: Schema): void {
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    report(place, 'C117', 'error', `"${place.key}" must not be empty.`, 'value', { actual: value });
  } else if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    const message = `${shown(value)} does not have the form that "${place.key}" needs.`;
    report(place, 'C117', 'error', message, 'value', { actual: value, expected: schema.pattern });
  }
}

function replaceFix(node: ScalarNode, text: string): TextFix | undefined {
  if (!node.range || (node.plainText === undefined && node.quote === undefined)) return undefined;
  const quote = node.quote ?? '';
  return { title: `Change to "${text}"`, range: node.range, newText: `${quote}${text}${quote}` };
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}
