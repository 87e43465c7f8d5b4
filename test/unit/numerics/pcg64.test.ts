import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pcg64 } from '../../../engine/numerics/pcg64.ts';

test('integers stay below their bound and doubles below one', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 40 }), (seed, bound) => {
      const generator = new Pcg64(seed);
      const values = [...generator.integers(bound, 20)];
      const double = generator.random();
      return (
        values.every((value) => Number.isInteger(value) && value >= 0 && value < bound) &&
        double >= 0 &&
        double < 1
      );
    }),
  );
});

test('negative seeds and bounds below one are refused', () => {
  expect(() => new Pcg64(-1)).toThrow(RangeError);
  expect(() => new Pcg64(1).integers(0, 1)).toThrow(RangeError);
});

test('the guide table finds what counting finds', () => {
  const weights = fc
    .array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 40 })
    .filter((list) => list.some((weight) => weight > 0));
  fc.assert(
    fc.property(weights, fc.nat(), (list, seed) => {
      const total = list.reduce((sum, weight) => sum + weight, 0);
      const draws = new Pcg64(seed);
      const expected = Array.from({ length: 50 }, () => {
        const draw = draws.random();
        let sum = 0;
        return list.filter((weight) => {
          sum += weight;
          return sum / total <= draw;
        }).length;
      });
      expect([...new Pcg64(seed).choice(list, 50)]).toEqual(expected);
    }),
  );
});
