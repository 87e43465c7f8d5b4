import { expect, test } from 'vitest';
import { canonicalJson, PythonFloat } from '../../../engine/core/python-json.ts';

test.each<[unknown, string]>([
  [{ b: new PythonFloat(4), a: 4 }, '{"a": 4, "b": 4.0}'],
  [{ kept: null, dropped: undefined }, '{"kept": null}'],
  [[-0, 0.5, 2 ** 60], '[-0.0, 0.5, 1.152921504606847e+18]'],
  [{ '\uffff': 1, '\u{1f600}': 2 }, '{"\\uffff": 1, "\\ud83d\\ude00": 2}'],
])('%j in form A', (value, expected) => {
  expect(canonicalJson(value, 'A')).toBe(expected);
});
