import { evaluateTail, tailSummary } from '../../../engine/metrics/tail.ts';
import { tailPolicyFrom } from '../../../engine/policy/tail-policy.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { foreignNumber } from './foreign-number.ts';

/** The tail of the paired differences (spec 02 §7.1, §7.2). */
export const tailStats = goldenCases(
  byOperation({
    summary: ({ deltas, weights, quantiles, epsilon = 1e-4 }) =>
      tailSummary(deltas.map(foreignNumber), weights?.map(foreignNumber), {
        epsilon: foreignNumber(epsilon),
        quantiles: (quantiles ?? [0.5, 0.9, 0.95, 0.99]).map(foreignNumber),
        reference: true,
      }),
    evaluate: tailOf,
  }),
  { tolerance: { absolute: 1e-12 } },
);

/** Its source is named where the tail stands. */
export function tailOf({ deltas, weights, policy }: Golden): Golden {
  const { source: _, ...result } = evaluateTail(
    deltas.map(foreignNumber),
    weights?.map(foreignNumber),
    tailPolicyFrom(policy),
  );
  return result;
}
