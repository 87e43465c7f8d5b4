import { expect, test } from 'vitest';
import { isInside } from '../../../engine/core/is-inside.ts';

test.each([
  ['/m', '/m', true],
  ['/m', '/m/a/b', true],
  ['/m', '/m/..a', true],
  ['/m', '/m2', false],
  ['/m', '/', false],
  ['/m', '/m/../n', false],
])('%s holds %s: %s', (folder, target, expected) => {
  expect(isInside(folder, target)).toBe(expected);
});
