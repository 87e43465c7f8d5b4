import { compareCodePoints } from './compare-code-points.ts';

/**
 * The three canonical JSON forms of spec 04 §5.2, spelled as Python spells them: A (`, ` and `: `, ASCII), B (compact,
 * ASCII), C (compact, not escaped, to be encoded as UTF-8). Keys are sorted by code point in all of them.
 */
export type CanonicalForm = 'A' | 'B' | 'C';

/**
 * A number that Python would hold as a float. JavaScript cannot tell `4` from `4.0`, but digests can (spec 04 §5.1):
 * policy tables and the lossless reader tag floats with this class, and the writers spell them with `.0`.
 */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  /** For code that reads tagged data as plain JSON. */
  toJSON(): number {
    return this.value;
  }
}

/**
 * Serializes a value canonically. Plain numbers count as Python ints when they are safe integers and as floats
 * otherwise; members that are undefined are left out.
 *
 * @example canonicalJson({ b: new PythonFloat(4), a: 4 }, 'A') // '{"a": 4, "b": 4.0}'
 */
export function canonicalJson(value: unknown, form: CanonicalForm): string {
  const comma = form === 'A' ? ', ' : ',';
  const colon = form === 'A' ? ': ' : ':';
  const text = form === 'C' ? quoteUnicode : quoteAscii;
  const write = (item: unknown): string => {
    if (item === null || item === undefined) return 'null';
    if (typeof item === 'string') return text(item);
    if (typeof item === 'boolean') return item ? 'true' : 'false';
    if (typeof item === 'bigint') return item.toString();
    if (typeof item === 'number') return pythonNumberText(item);
    if (item instanceof PythonFloat) return pythonFloatText(item.value);
    if (Array.isArray(item)) return `[${item.map(write).join(comma)}]`;
    const members = Object.entries(item)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => compareCodePoints(a, b));
    return `{${members.map(([key, member]) => text(key) + colon + write(member)).join(comma)}}`;
  };
  return write(value);
}

/** The shortest text that reads back as the same float, laid out by Python's `repr` rule (spec 04 §5.1). */
export function pythonFloatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  const sign = value < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** A plain number as Python would write it: integers without a point. */
function pythonNumberText(value: number): string {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : pythonFloatText(value);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function quoteAscii(text: string): string {
  return `"${text.replace(/[^ !#-[\]-~]/gu, (character) => SHORT_ESCAPES[character] ?? escapeUnits(character))}"`;
}

function quoteUnicode(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON demands that exactly these are escaped.
  return `"${text.replace(/["\\\u0000-\u001f]/gu, (character) => SHORT_ESCAPES[character] ?? escapeUnits(character))}"`;
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
