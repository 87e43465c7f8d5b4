import type { Checked } from '../core/findings.ts';
import type { Capacity } from './capacity.ts';

/** The window plan of a run (spec 02 §2.5.2): what was asked for, what it will be, and why. */
export interface WindowPlan {
  readonly profile: string;
  readonly requested_preview: number;
  readonly requested_final: number;
  readonly actual_preview: number;
  readonly actual_final: number;
  readonly coverage_ok: boolean;
  readonly capacity: Partial<Capacity> & Readonly<Record<string, number>>;
  readonly target_per_arm?: number;
  readonly min_per_arm?: number;
  readonly actual_per_arm_raw?: number;
  readonly dedupe_adjustments?: { readonly deficit: number; readonly proposed_per_arm: number };
}

interface WindowCounts {
  readonly preview: number;
  readonly final: number;
}

/** Windows per arm below which a release proves nothing. */
const MIN_PER_ARM = 200;
/** Share of the distinct windows that is kept back. */
const BUFFER_SHARE = 0.12;

/** The plan where nothing lowers the counts: every profile but release. */
export function plainWindowPlan(
  profile: string,
  requested: WindowCounts,
  actual: WindowCounts = requested,
): WindowPlan {
  return {
    profile,
    requested_preview: requested.preview,
    requested_final: requested.final,
    actual_preview: actual.preview,
    actual_final: actual.final,
    coverage_ok: actual.preview === actual.final,
    capacity: {},
  };
}

/**
 * Plans a release (spec 02 §2.5.2): part of the data is kept back for calibration and as a buffer, the rest is divided
 * between the arms. The only place that lowers counts, and it says so. E303 when fewer than 200 windows per arm are left.
 */
export function planReleaseWindows(
  capacity: Partial<Capacity>,
  requested: WindowCounts,
  maxCalibration: number,
): Checked<WindowPlan> {
  const available = capacity.available_unique ?? 0;
  const candidates = capacity.candidate_unique;
  const unique = candidates !== undefined && candidates > 0 ? candidates : available;
  const target = targetPerArm(requested);
  const wanted = maxCalibration > 0 ? Math.min(24, Math.max(16, Math.floor(maxCalibration / 10))) : 16;
  const calibration = Math.min(wanted, available);
  const buffer = Math.ceil(BUFFER_SHARE * unique);
  const reserve = Math.min(unique, calibration + buffer);
  const usable = Math.max(0, unique - reserve);
  const perArm = Math.floor(usable / 2);
  if (perArm < MIN_PER_ARM) {
    const message = `A release needs ${MIN_PER_ARM} windows per arm. The data has ${available} distinct windows, of which ${reserve} are kept back (${calibration} for calibration, ${buffer} as a buffer), which leaves ${perArm} per arm. Give more data.`;
    const details = { available_unique: available, reserve, calibration, buffer, usable_per_arm: perArm };
    return {
      value: undefined,
      findings: [{ code: 'E303', severity: 'error', message, pointer: '/dataset', details }],
    };
  }
  const actual = Math.min(target, perArm);
  return {
    value: {
      ...plainWindowPlan('release', requested, { preview: actual, final: actual }),
      target_per_arm: target,
      min_per_arm: MIN_PER_ARM,
      actual_per_arm_raw: perArm,
      capacity: {
        total_tokens: capacity.total_tokens ?? 0,
        available_nonoverlap: capacity.available_nonoverlap ?? 0,
        available_unique: available,
        effective_unique: unique,
        dedupe_rate: capacity.dedupe_rate ?? 0,
        calibration,
        buffer_fraction: BUFFER_SHARE,
        buffer_windows: buffer,
        reserve_windows: reserve,
        usable_after_reserve: usable,
        ...(capacity.candidate_unique === undefined ? {} : { candidate_unique: capacity.candidate_unique }),
        ...(capacity.candidate_limit === undefined ? {} : { candidate_limit: capacity.candidate_limit }),
      },
    },
    findings: [],
  };
}

function targetPerArm({ preview, final }: WindowCounts): number {
  const smaller = Math.min(preview, final);
  return smaller > 0 ? smaller : preview || final || 1;
}
