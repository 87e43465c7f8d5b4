import { expect, test } from 'vitest';
import { erf, erfc } from '../../../engine/numerics/erf.ts';

test.each([
  [0, 1],
  [0.1, 0.8875370839817152],
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [2, 0.004677734981047266],
  [5, 1.5374597944280347e-12],
  [20, 5.3958656116079005e-176],
  [30, 0],
  [-0.5, 1.5204998778130465],
  [-1, 1.8427007929497148],
  [-3, 1.9999779095030015],
  [Number.POSITIVE_INFINITY, 0],
  [Number.NEGATIVE_INFINITY, 2],
])('erfc(%f) is %f', (x, expected) => {
  const error = Math.abs(erfc(x) - expected);
  expect(error).toBeLessThanOrEqual(4e-16 * expected);
});

test('erf and erfc complete each other', () => {
  for (let x = -6; x <= 6; x += 0.03125) expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThanOrEqual(4e-16);
});
