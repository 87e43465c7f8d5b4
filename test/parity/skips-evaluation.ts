import type { Golden, SkipRule } from './parity-types.ts';

/** Where the evaluation differs from the reference's on purpose, and why (spec 02 §10). */
export const evaluationSkips: readonly SkipRule[] = [
  {
    quirk: 'EQ-44',
    why: 'the gate looks at the quantile itself, where the reference looks at another one of the same rounded label',
    file: 'tail_stats.json',
    applies: ({ input }) => input.op === 'evaluate' && isShadowed(Number(input.policy?.quantile)),
    fields: ['/passed', '/warned', '/violations'],
  },
];

/** A quantile whose label, in rounded percent, one of the four usual ones above it takes. */
function isShadowed(quantile: number): boolean {
  const label = (share: Golden) => Math.round(100 * share);
  return [0.5, 0.9, 0.95, 0.99].some((usual) => quantile < usual && label(quantile) === label(usual));
}
