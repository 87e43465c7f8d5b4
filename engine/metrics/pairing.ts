import { pairingTokenHash } from '../digests/window-digests.ts';
import { coverageFloors, type TierName } from '../policy/tiers.ts';
import type { Coverage } from '../report/run-report.ts';

/** A window's identity: what pairing compares. */
export interface WindowIdentity {
  readonly id: number;
  /** Padded token ids. */
  readonly inputIds: readonly number[];
}

export interface Arms<T> {
  readonly preview: readonly T[];
  readonly final: readonly T[];
}

/** A baseline's arm; `invalid` when its ids or tokens are no lists. */
export type BaselineArm = readonly WindowIdentity[] | 'invalid';

export interface BaselineArms {
  readonly preview: BaselineArm;
  readonly final: BaselineArm;
}

export interface PairingStatistics {
  readonly window_match_fraction: number;
  readonly window_duplicate_fraction: number;
  readonly window_overlap_fraction: number;
  readonly window_pairing_reason: string | null;
  readonly window_pairing_preview: ArmPairing;
  readonly window_pairing_final: ArmPairing;
}

interface ArmPairing {
  readonly matched: number;
  readonly expected: number;
  readonly reason: string | null;
}

/**
 * How the windows of a run pair with the baseline's, by id and by token content (spec 02 §2.10). Without a baseline the
 * reason is `no_baseline_reference`.
 */
export function pairingStatistics(
  run: Arms<WindowIdentity>,
  baseline: BaselineArms | undefined,
  window: { readonly seqLen: number; readonly stride: number },
): PairingStatistics {
  const preview = armPairing('preview', run.preview, baseline?.preview);
  const final = armPairing('final', run.final, baseline?.final);
  const matched = preview.matched + final.matched;
  const possible = preview.expected + preview.unexpected + final.expected + final.unexpected;
  const hashes = [...run.preview, ...run.final].map(({ inputIds }) => pairingTokenHash(inputIds));
  const duplicates = hashes.length === 0 ? 0 : (hashes.length - new Set(hashes).size) / hashes.length;
  const overlap = overlapFraction(window);
  return {
    window_match_fraction: possible === 0 ? 1 : matched / possible,
    window_duplicate_fraction: duplicates,
    window_overlap_fraction: overlap ?? 1,
    window_pairing_reason: firstReason(preview, final, overlap, duplicates, run),
    window_pairing_preview: plain(preview),
    window_pairing_final: plain(final),
  };
}

/**
 * Windows and replicates against the tier's floors (spec 02 §2.11). Without a bootstrap the replicates are not mentioned; with
 * `idle` they are, and pass, as in the reference.
 */
export function coverage(
  tier: TierName,
  preview: number,
  final: number,
  replicates: number | { readonly idle: number } | undefined,
): Coverage {
  const floors = coverageFloors[tier];
  const against = (used: number, required: number) => ({ used, required, ok: used >= required });
  return {
    tier,
    preview: against(preview, floors.preview),
    final: against(final, floors.final),
    ...(typeof replicates === 'number' ? { replicates: against(replicates, floors.replicates) } : {}),
    ...(typeof replicates === 'object'
      ? { replicates: { used: replicates.idle, required: floors.replicates, ok: true } }
      : {}),
  };
}

/** The share of a window that the next one repeats, from the configuration (EQ-30); undefined when that has no length. */
function overlapFraction({ seqLen, stride }: { readonly seqLen: number; readonly stride: number }) {
  if (!(seqLen > 0 && stride > 0)) return undefined;
  return Math.min(1, Math.max(0, (seqLen - stride) / seqLen));
}

interface ArmComparison extends ArmPairing {
  readonly unexpected: number;
}

function armPairing(
  arm: string,
  run: readonly WindowIdentity[],
  baseline: BaselineArm | undefined,
): ArmComparison {
  if (!baseline || baseline === 'invalid' || baseline.length === 0) {
    const reason = baseline === 'invalid' ? 'invalid_baseline_reference' : 'no_baseline_reference';
    return { matched: run.length, expected: run.length, reason, unexpected: 0 };
  }
  const expected = new Map(baseline.map(({ id, inputIds }) => [id, pairingTokenHash(inputIds)]));
  const found = new Map(run.map(({ id, inputIds }) => [id, pairingTokenHash(inputIds)]));
  const missing = [...expected.keys()].filter((id) => !found.has(id));
  const mismatched = [...expected]
    .filter(([id, hash]) => found.has(id) && found.get(id) !== hash)
    .map(([id]) => id);
  const unexpected = [...found.keys()].filter((id) => !expected.has(id));
  const listed = (ids: readonly number[]) => `[${ids.slice(0, 3).join(', ')}]`;
  const reason =
    missing.length > 0
      ? `${arm}_missing_ids:${listed(missing)}`
      : mismatched.length > 0
        ? `${arm}_token_mismatch:${listed(mismatched)}`
        : unexpected.length > 0
          ? `${arm}_unexpected_ids:${listed(unexpected)}`
          : null;
  return {
    matched: expected.size - missing.length - mismatched.length,
    expected: baseline.length,
    reason,
    unexpected: unexpected.length,
  };
}

function firstReason(
  preview: ArmComparison,
  final: ArmComparison,
  overlap: number | undefined,
  duplicates: number,
  run: Arms<WindowIdentity>,
): string | null {
  for (const arm of [preview, final]) if (arm.expected > 0 && arm.matched < arm.expected) return arm.reason;
  if (overlap === undefined) return 'overlap_unknown';
  if (overlap > 0) return 'overlapping_windows';
  if (duplicates > 0) return 'duplicate_windows';
  if (run.preview.length !== run.final.length) return 'count_mismatch';
  return preview.reason ?? final.reason;
}

function plain({ matched, expected, reason }: ArmComparison): ArmPairing {
  return { matched, expected, reason };
}
