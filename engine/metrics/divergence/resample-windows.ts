import { quantile } from '../../numerics/numpy-reduce.ts';
import { Pcg64 } from '../../numerics/pcg64.ts';
import type { Interval } from '../../report/run-report.ts';
import type { ComparisonBootstrap } from '../paired-baseline.ts';

/** Beside +7, +13, +97 and +503 of the other intervals (spec 02 §8.3). */
const seedOffset = 701;

/**
 * Draws windows with replacement, as many as there are, and says how often each was drawn. A window is drawn with what
 * both models made of it, so the pairs stay together. Every statistic of the divergence sees the same draws. Nothing is
 * drawn without the bootstrap or with fewer than two windows.
 */
export function resampleWindows(
  windowCount: number,
  { enabled, replicates, seed }: ComparisonBootstrap,
  onSample: (timesDrawn: Uint32Array, replicate: number) => void,
): boolean {
  if (!enabled || replicates < 1 || windowCount < 2) return false;
  const generator = new Pcg64(seed + seedOffset);
  const indices = new Float64Array(windowCount);
  const times = new Uint32Array(windowCount);
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    generator.fillIntegers(windowCount, indices);
    times.fill(0);
    for (const index of indices) times[index] = (times[index] ?? 0) + 1;
    onSample(times, replicate);
  }
  return true;
}

/** The percentile interval of replicates, which are sorted in place. */
export function percentileInterval(replicates: Float64Array, alpha: number): Interval {
  replicates.sort();
  return [quantile(replicates, alpha / 2), quantile(replicates, 1 - alpha / 2)];
}

/** A value with its interval; null where nothing was drawn. */
export interface Estimate {
  readonly value: number;
  readonly ci: Interval | null;
}
