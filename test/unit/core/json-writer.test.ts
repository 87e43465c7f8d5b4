import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { PythonFloat } from '../../../engine/core/python-json.ts';

test.each<[unknown, string]>([
  [{ b: [1, 2.5, null], a: 'x', dropped: undefined }, '{\n  "a": "x",\n  "b": [1, 2.5, null]\n}\n'],
  [
    { a: [], b: {}, c: [{ d: 1 }] },
    '{\n  "a": [],\n  "b": {},\n  "c": [\n    {\n      "d": 1\n    }\n  ]\n}\n',
  ],
  [[new PythonFloat(92160), 92160, -0], '[92160.0, 92160, -0.0]\n'],
  [['é', '\u{1f600}'], '[\n  "é",\n  "😀"\n]\n'],
])('%j is written one way', (value, expected) => {
  expect(writeJson(value)).toBe(expected);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%s is never written',
  (value) => {
    expect(() => writeJson({ deep: [value] })).toThrow('/deep/0');
  },
);

test('what is written reads back equal, and the order of keys does not matter', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = writeJson(value);
      expect(writeJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(value);
    }),
  );
});
