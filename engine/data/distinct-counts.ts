import type { Checked, Finding } from '../core/findings.ts';
import type { WindowSchedule } from './data-types.ts';

export interface ArmCounts {
  readonly previewN: number;
  readonly finalN: number;
  /** Of a plan, below which the arms cannot shrink; without it half of what was asked for. */
  readonly minimumPerArm?: number;
}

export interface DistinctCounts extends ArmCounts {
  /** Present when the arms had to shrink. */
  readonly adjustment?: NonNullable<WindowSchedule['dedupeAdjustment']>;
}

/**
 * Counts at which no two windows are equal (spec 02 §2.5.3): both arms shrink by max(5, deficit) until all signatures
 * differ, not below the floor. `signaturesOf` gives one signature for every window of both arms; it is called once per
 * attempt, in order. T320 when duplicates cannot be removed.
 */
export function distinctCounts(
  requested: ArmCounts,
  signaturesOf: (counts: ArmCounts) => readonly string[],
): Checked<DistinctCounts> {
  let { previewN, finalN } = requested;
  const half = Math.floor(Math.min(previewN || 200, finalN || 200) / 2);
  const floor = requested.minimumPerArm ?? Math.max(10, half);
  let adjustment: DistinctCounts['adjustment'];
  for (;;) {
    const signatures = signaturesOf({ previewN, finalN });
    const total = signatures.length;
    const deficit = total - new Set(signatures).size;
    if (deficit === 0)
      return { value: { previewN, finalN, ...(adjustment ? { adjustment } : {}) }, findings: [] };
    const proposed = previewN - Math.max(5, deficit);
    if (proposed < floor)
      return { value: undefined, findings: [tooManyDuplicates(deficit, total, proposed, floor)] };
    previewN = proposed;
    finalN = proposed;
    adjustment = { deficit, proposedPerArm: proposed };
  }
}

function tooManyDuplicates(deficit: number, total: number, proposed: number, floor: number): Finding {
  return {
    code: 'T320',
    severity: 'error',
    message: `${deficit} of ${total} windows repeat others; removing them would leave ${Math.max(0, proposed)} windows per arm, below the floor of ${floor}. Give data without repeated texts.`,
    pointer: '/dataset',
    expected: floor,
    actual: Math.max(0, proposed),
  };
}
