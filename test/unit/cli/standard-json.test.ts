import { expect, test } from 'vitest';
import { standardJson } from '../../../engine/cli/standard-json.ts';
import { readJson } from '../../../engine/core/json-reader.ts';

test.each([
  ['{"a":  4.0}', '{"a":  4.0}'],
  ['{"a": NaN, "b": [1, -Infinity], "c": 4.0}', '{\n  "a": null,\n  "b": [1, null],\n  "c": 4.0\n}\n'],
])('%s becomes %s', (text, expected) => {
  const root = readJson(text, { mode: 'lenient' }).value!;
  expect(standardJson({ text, root })).toBe(expected);
});
