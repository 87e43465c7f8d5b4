import type { Interval } from '../report/run-report.ts';

/** How far a rounded ratio may be from exp of the difference it was made from. */
const TOLERANCE = 5e-4;

/** Whether an interval of ratios is exp of an interval of log-loss differences (spec 02 §5.4). */
export function ratioIntervalAgrees(ratio: Interval, delta: Interval): boolean {
  return ratio.every((bound, side) => {
    const expected = Math.exp(delta[side] ?? Number.NaN);
    return Math.abs(bound - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
  });
}
