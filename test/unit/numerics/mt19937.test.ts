import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PythonRandom } from '../../../engine/numerics/python-random.ts';
import { randomStatePermutation } from '../../../engine/numerics/random-state-permutation.ts';

test('a permutation holds every index once', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 300 }), (seed, count) => {
      const sorted = randomStatePermutation(seed, count).sort();
      expect([...sorted]).toEqual(Array.from({ length: count }, (_, index) => index));
    }),
  );
});

test('the sign of a seed does not count, and draws stay below their bound', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 40 }), (seed, bound) => {
      const [a, b] = [new PythonRandom(seed), new PythonRandom(-seed)];
      const value = a.randBelow(bound);
      expect(b.randBelow(bound)).toBe(value);
      expect(value >= 0 && value < bound && Number.isInteger(value)).toBe(true);
    }),
  );
});

test.each([-1, 2 ** 32, 0.5, Number.NaN])('one word cannot hold the seed %d', (seed) => {
  expect(() => randomStatePermutation(seed, 3)).toThrow(RangeError);
});

test.each([0, 54, 1.5])('%d bits are refused', (bits) => {
  expect(() => new PythonRandom(1).getRandBits(bits)).toThrow(RangeError);
});
