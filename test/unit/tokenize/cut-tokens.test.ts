import { expect, test } from 'vitest';
import { cutTokens } from '../../../engine/tokenize/cut-tokens.ts';

const cases: [ids: number[], plain: number[], maximumLength: number, expected: number[]][] = [
  [[7, 8, 9], [7, 8, 9], 3, [7, 8, 9]],
  [[7, 8, 9], [7, 8, 9], 2, [7, 8]],
  [[2, 7, 8, 9, 3], [7, 8, 9], 5, [2, 7, 8, 9, 3]],
  [[2, 7, 8, 9, 3], [7, 8, 9], 4, [2, 7, 8, 3]],
  [[2, 7, 8, 9, 3], [7, 8, 9], 3, [2, 7, 3]],
  [[7, 8, 9, 1], [7, 8, 9], 2, [7, 1]],
  [[0, 7, 8], [7, 8], 2, [0, 7]],
  // No room for the text.
  [[2, 7, 8, 3], [7, 8], 2, [2, 7]],
  // A template that changes the text itself.
  [[2, 70, 80, 3], [7, 8], 3, [2, 70, 80]],
  [[], [], 0, []],
];

test.each(cases)('%j of %j at %i', (ids, plain, maximumLength, expected) => {
  expect(cutTokens(ids, plain, maximumLength)).toEqual(expected);
});
