import fc from 'fast-check';
import { test } from 'vitest';
import { quantile } from '../../../engine/numerics/numpy-reduce.ts';

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
