import type { TextFix } from '../core/findings.ts';
import { type MappingEntry, type MappingNode, plainValue } from './config-node.ts';
import { configSchema, resolved, type Schema } from './config-schema.ts';
import { didYouMean } from './did-you-mean.ts';
import { appendPointer, pointerInWords } from './json-pointer.ts';
import { type Place, report } from './report-at.ts';

/** A property that the schema knows, to be validated further. */
export interface KnownKey {
  readonly key: string;
  readonly entry: MappingEntry;
  readonly child: Schema;
}

/** Checks the keys of a mapping and returns those whose values the schema describes. */
export function checkKeys(place: Place, node: MappingNode, schema: Schema): KnownKey[] {
  const known: KnownKey[] = [];
  for (const [key, entry] of node.entries) {
    const child = childSchema(schema, key);
    const own: Place = { ...place, node: entry.node, entry, key, pointer: appendPointer(place.pointer, key) };
    if (child) known.push({ key, entry, child });
    else if (schema.additionalProperties === false) unknownKey(own, node, schema);
    const names = schema.propertyNames?.enum;
    // Keys that no section knows were reported above; this is about known keys in the wrong company.
    if (names && !names.includes(key) && isProviderOption(key)) notForProvider(own, node, names);
  }
  for (const key of schema.required ?? []) {
    if (node.entries.has(key)) continue;
    const where = place.pointer === '' ? 'at the top' : `in ${pointerInWords(place.pointer)}`;
    report(place, 'C116', 'error', `"${key}" is missing ${where}.`, place.entry ? 'key' : 'value', {
      expected: key,
    });
  }
  if (schema.maxProperties === 0 && node.entries.size > 0) {
    report(
      place,
      'C123',
      'error',
      `${pointerInWords(place.pointer)} must stay empty: noop takes no parameters.`,
      'key',
    );
  }
  if (schema.minProperties !== undefined && node.entries.size < schema.minProperties) {
    report(place, 'C117', 'error', `${pointerInWords(place.pointer)} must not be empty.`, 'key');
  }
  return known;
}

export function childSchema(schema: Schema, key: string): Schema | undefined {
  const properties = schema.properties;
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  for (const [pattern, child] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(key)) return child;
  }
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function unknownKey(place: Place, parent: MappingNode, schema: Schema): void {
  const key = place.key ?? '';
  const names = Object.entries(schema.properties ?? {})
    .filter(([name, property]) => !property.doNotSuggest && !property.deprecated && !parent.entries.has(name))
    .map(([name]) => name);
  const section = pointerInWords(place.pointer.slice(0, place.pointer.lastIndexOf('/')));
  const where = section === '' ? '' : ` in ${section}`;
  const nearest = didYouMean(key, names);
  if (nearest !== undefined) {
    const fix = renameFix(place.entry, nearest);
    const message = `Unknown key "${key}"${where}. Did you mean "${nearest}"?`;
    report(place, 'C110', 'error', message, 'key', { actual: key, expected: nearest, ...(fix && { fix }) });
    return;
  }
  const home = sectionOf(key, section, place.sections);
  const advice = home
    ? `"${key}" belongs in ${home}.`
    : 'Remove it, or start its name with an underscore to keep it as a note.';
  const takesNotes = section === '' && schema.patternProperties !== undefined;
  const underscore = home || takesNotes ? advice : 'Remove it.';
  report(place, 'C110', 'error', `Unknown key "${key}"${where}. ${underscore}`, 'key', { actual: key });
}

/** The section in which a key would be right. */
function sectionOf(key: string, present: string, sections: Place['sections'] = {}): string | undefined {
  for (const [name, property] of Object.entries(sections)) {
    if (name === present || name === 'defaults') continue;
    const { properties = {} } = resolved(property);
    // Every object inherits names such as constructor.
    const child = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (child && !child.doNotSuggest && !child.deprecated) return name;
  }
  return undefined;
}

function renameFix(entry: MappingEntry | undefined, name: string): TextFix | undefined {
  if (!entry?.keyRange) return undefined;
  const quote = entry.keyQuote ?? '';
  return { title: `Change to "${name}"`, range: entry.keyRange, newText: `${quote}${name}${quote}` };
}

function notForProvider(place: Place, provider: MappingNode, names: readonly string[]): void {
  const kind = provider.entries.get('kind')?.node;
  const name = kind ? String(plainValue(kind)) : 'this provider';
  const options = names.filter(
    (option) => option !== 'kind' && option !== 'workers' && option !== 'deterministic_shards',
  );
  const message = `The provider ${name} does not know "${place.key}". It takes ${options.join(', ')}.`;
  report(place, 'C119', 'error', message, 'key', { actual: place.key, expected: options });
}

function isProviderOption(key: string): boolean {
  const properties = configSchema.$defs?.providerMapping?.properties;
  return properties !== undefined && Object.hasOwn(properties, key);
}
