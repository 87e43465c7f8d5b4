import type { FlagValue } from '../config/layers/layer-config.ts';
import { compareCodePoints } from '../core/compare-code-points.ts';
import type { TierName } from '../policy/tiers.ts';

/** One run of a sweep: the base configuration with these values over it. */
export interface SweepRun {
  readonly tier: TierName;
  readonly seed: number;
  /** Calibration windows of the variance guard; only a variance sweep varies them. */
  readonly windows?: number;
  /** Folder of the subject as it was given; undefined where the base says what it is. */
  readonly subject?: string;
}

/** Every tier with every seed, window count and subject, sorted by tier, windows and seed (spec 03 §8). */
export function sweepRuns(of: {
  readonly tiers: readonly TierName[];
  readonly seeds: readonly number[];
  readonly windows?: readonly number[];
  readonly subjects: readonly (string | undefined)[];
}): readonly SweepRun[] {
  const tiers = [...new Set(of.tiers)].sort(compareCodePoints);
  const windows = of.windows ? ascending(of.windows) : [undefined];
  return tiers.flatMap((tier) =>
    windows.flatMap((count) =>
      ascending(of.seeds).flatMap((seed) =>
        of.subjects.map((subject) => ({
          tier,
          seed,
          ...(count === undefined ? {} : { windows: count }),
          ...(subject === undefined ? {} : { subject }),
        })),
      ),
    ),
  );
}

/** What a run lays over the base configuration; its tier is an option of its own. */
export function sweepFlags({ seed, windows }: SweepRun): readonly FlagValue[] {
  const data: FlagValue = { flag: '--seed', pointer: '/dataset/seed', value: seed };
  if (windows === undefined) return [data];
  const calibration = { windows, seed, min_coverage: Math.max(1, windows - 2) };
  const set = Object.entries(calibration).map(([key, value]) => ({
    flag: '--window',
    pointer: `/guards/variance/calibration/${key}`,
    value,
  }));
  return [data, ...set];
}

/** `balanced, seed 42, 8 windows, models/int8`. */
export function sweepRunTitle({ tier, seed, windows, subject }: SweepRun): string {
  return [
    tier,
    `seed ${seed}`,
    ...(windows === undefined ? [] : [`${windows} windows`]),
    ...(subject === undefined ? [] : [subject]),
  ].join(', ');
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
