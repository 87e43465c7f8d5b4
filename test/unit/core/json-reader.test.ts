import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeAt, plainValue, rangeAt } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';

type Case = [text: string, code: string, marked: string];

test.each<Case>([
  ['', 'V501', ''],
  ['{"a": 1,}', 'V501', '}'],
  ['{"a" 1}', 'V501', '1'],
  ['[1 2]', 'V501', '2'],
  ['[01]', 'V501', '1'],
  ['"abc', 'V501', '"abc'],
  ['"a\u0001"', 'V501', '\u0001'],
  ['"\\x"', 'V501', '\\'],
  ['"\\u12g4"', 'V501', '\\'],
  ['nul', 'V501', 'n'],
  ['1 2', 'V501', '2'],
  ['\ufeff{}', 'V501', '\ufeff'],
  ['{"a": 1, "a": 2}', 'V502', '"a"'],
  ['[NaN]', 'V504', 'NaN'],
  ['[-Infinity]', 'V504', '-Infinity'],
])('%j is refused with %s', (text, code, marked) => {
  const { value, findings } = readJson(text);
  expect(value).toBeUndefined();
  expect(findings.map((finding) => finding.code)).toEqual([code]);
  const range = findings[0]?.range;
  expect(text.slice(range?.start, range?.end)).toBe(marked);
});

test('lenient reading keeps what the reference writes and says so', () => {
  const { value, findings } = readJson('{"a": NaN, "a": [-Infinity, Infinity]}', { mode: 'lenient' });
  expect(value && plainValue(value)).toEqual(
    Object.assign(Object.create(null), { a: [-Infinity, Infinity] }),
  );
  expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
    'V504 warning',
    'V504 warning',
    'V504 warning',
    'V502 warning',
  ]);
});

test('limits are findings, not crashes', () => {
  expect(readJson('['.repeat(100_000)).findings[0]?.code).toBe('V503');
  expect(readJson('[1,2,3]', { maxLength: 3 }).findings[0]?.code).toBe('V503');
  expect(readJson('[[[1]]]', { maxDepth: 3 }).value).toBeDefined();
  expect(readJson('[[[1]]]', { maxDepth: 2 }).findings[0]?.code).toBe('V503');
});

test('names that mean something to JavaScript are only names', () => {
  const node = readJson('{"__proto__": {"polluted": 1}, "constructor": 2}').value;
  const value = node && (plainValue(node) as Record<string, unknown>);
  expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('numbers keep their spelling', () => {
  const node = readJson('{"i": 512, "f": 512.0, "e": 5e2}').value;
  const kinds = ['/i', '/f', '/e'].map((pointer) => {
    const number = node && nodeAt(node, pointer);
    return number?.kind === 'number' ? [number.numberKind, number.source] : undefined;
  });
  expect(kinds).toEqual([
    ['int', '512'],
    ['float', '512.0'],
    ['float', '5e2'],
  ]);
});

test.each<[pointer: string, marked: string]>([
  ['/a/b~1c/1', '20'],
  ['/a/b~1c/7', '"b/c"'],
  ['/a/missing', '"a"'],
  ['/missing', '{'],
])('the place of %s', (pointer, marked) => {
  const text = '{"a": {"b/c": [10, 20]}}';
  const node = readJson(text).value;
  const range = node && rangeAt(node, pointer);
  expect(text.slice(range?.start, range?.end)).toBe(marked);
});

test('what JSON.parse reads, the reader reads equally', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const { value } = readJson(text);
      expect(value && JSON.stringify(plainValue(value))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('any text gives a value or a finding with a place inside the text', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    'u00',
    '"a"',
    '1',
    '-',
    '.5',
    'e9',
    'NaN',
    'null',
    ' ',
  );
  const foreign = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(foreign, (text) => {
      const { value, findings } = readJson(text, { mode: 'lenient' });
      if (value === undefined) expect(findings.at(-1)?.severity).toBe('error');
      for (const { range } of findings) {
        expect(range && range.start >= 0 && range.end <= text.length).toBe(true);
      }
    }),
  );
});
