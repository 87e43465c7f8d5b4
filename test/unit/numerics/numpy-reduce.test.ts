import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allClose, mean, quantile, standardDeviation, sum } from '../../../engine/numerics/numpy-reduce.ts';
import { golden, goldenCases, goldenList } from '../../fixtures/golden-cases.ts';

test.each(goldenCases('evaluation/numpy_primitives').map((c) => [c.name, c] as const))(
  '%s',
  (_, { input, expected }) => {
    switch (input.op) {
      case 'reduce': {
        const values = goldenList(input.values);
        expect([mean(values), sum(values)]).toEqual([golden(expected.mean), golden(expected.sum)]);
        expect(standardDeviation(values, 0)).toBeCloseTo(golden(expected.std_ddof0), 12);
        if (expected.std_ddof1 !== null)
          expect(standardDeviation(values, 1)).toBeCloseTo(golden(expected.std_ddof1), 12);
        break;
      }
      case 'quantile': {
        const sorted = goldenList(input.sorted_values);
        expect(input.q.map((q: number) => quantile(sorted, q))).toEqual(goldenList(expected.quantile));
        break;
      }
      case 'allclose_to_first':
        expect(allClose(goldenList(input.values), golden(input.values[0]))).toBe(expected.result);
        break;
      default:
        throw new Error(`unknown operation ${input.op}`);
    }
  },
);

test('a quantile lies between its neighbours', () => {
  const lists = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(lists, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const sorted = Float64Array.from(values).sort();
      const value = quantile(sorted, q);
      return value >= (sorted[0] ?? 0) && value <= (sorted.at(-1) ?? 0);
    }),
  );
});
