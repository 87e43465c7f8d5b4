import { compareCodePoints } from './compare-code-points.ts';
import { InvarLockError } from './errors.ts';
import { PythonFloat, pythonFloatText } from './python-json.ts';

/**
 * The one writer of JSON files: keys sorted by code point, two spaces, a newline at the end. Lists of numbers stand on
 * one line, so that a file with windows stays readable. Members that are undefined are left out.
 *
 * Throws on NaN and ±Infinity: standard JSON has no such tokens, and a caller that has one must write null and a
 * reason (spec 04 CQ-24).
 *
 * @example writeJson({ b: [1, 2], a: 'x' }) // '{\n  "a": "x",\n  "b": [1, 2]\n}\n'
 */
export function writeJson(value: unknown): string {
  return `${write(value, '', '')}\n`;
}

function write(value: unknown, indent: string, pointer: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' || value instanceof PythonFloat) return numberText(value, pointer);
  if (Array.isArray(value)) return writeList(value, indent, pointer);
  if (typeof value === 'object') return writeObject(value, indent, pointer);
  throw new InvarLockError(
    'U799',
    `A value of type ${typeof value} cannot be written as JSON, at ${pointer}.`,
  );
}

function writeList(items: readonly unknown[], indent: string, pointer: string): string {
  if (items.length === 0) return '[]';
  const inner = `${indent}  `;
  const texts = items.map((item, index) => write(item ?? null, inner, `${pointer}/${index}`));
  if (items.every(isNumberOrNull)) return `[${texts.join(', ')}]`;
  return `[\n${texts.map((text) => inner + text).join(',\n')}\n${indent}]`;
}

function writeObject(value: object, indent: string, pointer: string): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareCodePoints(a, b));
  if (members.length === 0) return '{}';
  const inner = `${indent}  `;
  const lines = members.map(
    ([key, member]) => `${inner}${JSON.stringify(key)}: ${write(member, inner, `${pointer}/${key}`)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function isNumberOrNull(item: unknown): boolean {
  return item === null || typeof item === 'number' || item instanceof PythonFloat;
}

function numberText(value: number | PythonFloat, pointer: string): string {
  const plain = typeof value === 'number' ? value : value.value;
  if (!Number.isFinite(plain)) {
    throw new InvarLockError(
      'U799',
      `The number at ${pointer || '/'} is not finite and cannot be written as JSON.`,
    );
  }
  return typeof value === 'number' && !Object.is(value, -0) ? JSON.stringify(value) : pythonFloatText(plain);
}
