import type { VariancePolicy } from './variance-policy.ts';

/** How many of the first windows each step looks at (spec 03 §5.3). */
export interface CalibrationWindows {
  /** Mean squares of the baseline's branches. */
  readonly forScales: number;
  /** Losses with and without scales, and mean squares of the subject's branches. */
  readonly forComparison: number;
}

export function calibrationWindows(
  available: number,
  { max_calib: most, calibration }: Pick<VariancePolicy, 'max_calib' | 'calibration'>,
): CalibrationWindows {
  return {
    forScales: Math.min(available, Math.floor(most / 10), 50),
    forComparison: Math.min(available, calibration.windows),
  };
}

type WindowIds = readonly (string | number)[];

/** Whether the windows are the first ones of the schedule: the preview's, then the final arm's. */
export function followsSchedule(
  observed: WindowIds,
  schedule: { readonly preview: WindowIds; readonly final: WindowIds },
): boolean {
  const named = (arm: string, ids: WindowIds) =>
    ids.map(String).map((id) => (id.includes('::') ? id : `${arm}::${id}`));
  const expected = [...named('preview', schedule.preview), ...named('final', schedule.final)];
  return observed.every((id, index) => String(id) === expected[index]);
}
