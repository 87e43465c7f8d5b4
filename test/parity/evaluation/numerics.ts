import { erf } from '../../../engine/numerics/erf.ts';
import { normalCdf, normalQuantile } from '../../../engine/numerics/normal.ts';
import {
  allClose,
  mean,
  percentile,
  quantile,
  standardDeviation,
  sum,
} from '../../../engine/numerics/numpy-reduce.ts';
import { goldenNumber, goldenNumbers } from '../compare.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';

/** Reductions, quantiles and closeness (spec 02 §6.1). */
export const numpyPrimitives = goldenCases(
  byOperation({
    reduce: ({ values }) => {
      const numbers = goldenNumbers(values);
      return {
        mean: mean(numbers),
        sum: sum(numbers),
        std_ddof0: standardDeviation(numbers, 0),
        std_ddof1: numbers.length > 1 ? standardDeviation(numbers, 1) : null,
      };
    },
    quantile: ({ sorted_values: values, q }) => {
      const sorted = goldenNumbers(values);
      const shares = goldenNumbers(q);
      return {
        quantile: shares.map((share) => quantile(sorted, share)),
        percentile_of_100q: shares.map((share) => percentile(sorted, 100 * share)),
      };
    },
    allclose_to_first: ({ values }) => ({
      result: allClose(goldenNumbers(values), goldenNumber(values[0])),
    }),
  }),
  {
    // NumPy's variance rounds in an order of its own.
    tolerance: (pointer) => (pointer.startsWith('/std') ? { relative: 1e-12 } : {}),
  },
);

/** The normal distribution and the error function (spec 02 §6.2). */
export const normalDist = goldenCases(
  byOperation(
    {
      inv_cdf: ({ p }) => ({ x: goldenNumbers(p).map(normalQuantile) }),
      cdf: ({ x }) => ({ p: goldenNumbers(x).map(normalCdf) }),
      erf: ({ x }) => ({ y: goldenNumbers(x).map(erf) }),
    },
    ({ fn }) => fn,
  ),
  {
    // A probability in the left tail is a difference of numbers near one: their last place is its unit.
    tolerance: (_, { fn }) => (fn === 'cdf' ? { ulps: 4, absolute: 4 * 2 ** -53 } : { ulps: 4 }),
  },
);
