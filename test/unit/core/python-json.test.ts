import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { taggedValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { canonicalJson, PythonFloat, pythonFloatText } from '../../../engine/core/python-json.ts';

interface Golden {
  readonly python_float_repr: readonly {
    readonly hex: string;
    readonly repr: string;
    readonly json_dumps: string;
  }[];
  readonly canonical_json: readonly {
    readonly input_json_text: string;
    readonly default_sorted: string;
    readonly compact_sorted_ascii: string;
    readonly compact_sorted_unicode: string;
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/evidence/digests.json', import.meta.url), 'utf8'),
);

test.each(golden.python_float_repr)('$json_dumps is spelled as Python spells it', ({ hex, json_dumps }) => {
  expect(pythonFloatText(Buffer.from(hex, 'hex').readDoubleBE())).toBe(json_dumps);
});

test.each(golden.canonical_json)('$input_json_text has the three canonical forms', (expected) => {
  const node = readJson(expected.input_json_text, { mode: 'lenient' }).value;
  const value = node && taggedValue(node);
  expect(canonicalJson(value, 'A')).toBe(expected.default_sorted);
  expect(canonicalJson(value, 'B')).toBe(expected.compact_sorted_ascii);
  expect(canonicalJson(value, 'C')).toBe(expected.compact_sorted_unicode);
});

test.each<[unknown, string]>([
  [{ b: new PythonFloat(4), a: 4 }, '{"a": 4, "b": 4.0}'],
  [{ kept: null, dropped: undefined }, '{"kept": null}'],
  [[-0, 0.5, 2 ** 60], '[-0.0, 0.5, 1.152921504606847e+18]'],
  [{ '\uffff': 1, '\u{1f600}': 2 }, '{"\\uffff": 1, "\\ud83d\\ude00": 2}'],
])('%j in form A', (value, expected) => {
  expect(canonicalJson(value, 'A')).toBe(expected);
});
