import { compareCodePoints } from '../../core/compare-code-points.ts';
import type { SpectralViolation } from './spectral-violations.ts';
import type { WeightRecord } from './weight-record.ts';

/**
 * How far a weight may be from the same weight of the baseline. z-scores compare a matrix with others of its model, so a
 * layer times three, or all layers pruned alike, can stay inside their caps; these limits compare it with itself. The
 * values, null for no limit, were chosen by measuring edits that are known to be harmless and harmful: docs/guards.md.
 */
export interface PairedLimits {
  /** Largest |σ̂ ÷ σ̂ of the baseline − 1| of a matrix. */
  readonly sigma_change: number | null;
  /** Largest ‖S − B‖ ÷ ‖B‖ of a matrix or of the weight of a norm. */
  readonly distance: number | null;
  /** The same over all matrices of a family together, which one matrix with outliers does not decide; by family. */
  readonly family_distance: Readonly<Record<string, number | null>>;
}

/** What a family that the limits do not name is held to. */
const otherFamily = 'other';

/** Everything that is beyond its limit, weight by weight and then family by family. */
export function findPairedViolations(
  records: readonly WeightRecord[],
  limits: PairedLimits,
): SpectralViolation[] {
  return [
    ...records.flatMap((record) => [...sigmaChange(record, limits), ...ownDistance(record, limits)]),
    ...Object.entries(familyDistances(records)).flatMap(([family, distance]) =>
      familyDistance(family, distance, limits),
    ),
  ];
}

/** Only what multiplies activations is held to a limit: a bias near zero may double and mean nothing. */
function isGated({ role }: WeightRecord): boolean {
  return role !== 'vector' && role !== 'other';
}

/** ‖S − B‖ ÷ ‖B‖ over the matrices of each family, families in order; null where a value is no finite number. */
export function familyDistances(records: readonly WeightRecord[]): Readonly<Record<string, number | null>> {
  const sums = new Map<string, { difference: number; baseline: number }>();
  for (const record of records) {
    if (!isMatrixRecord(record)) continue;
    const { family, distance, norm_base: norm } = record;
    const sum = sums.get(family) ?? { difference: 0, baseline: 0 };
    sum.difference += ((distance ?? Number.NaN) * norm) ** 2;
    sum.baseline += norm ** 2;
    sums.set(family, sum);
  }
  const families = [...sums].sort(([left], [right]) => compareCodePoints(left, right));
  return Object.fromEntries(
    families.map(([family, { difference, baseline }]) => {
      const distance = baseline === 0 && difference === 0 ? 0 : Math.sqrt(difference / baseline);
      return [family, Number.isFinite(distance) ? distance : null];
    }),
  );
}

function isMatrixRecord({ role }: WeightRecord): boolean {
  return role === 'linear' || role === 'conv1d' || role === 'embedding';
}

function sigmaChange(record: WeightRecord, { sigma_change: limit }: PairedLimits): SpectralViolation[] {
  const change = record.sigma_change;
  if (limit === null || !isMatrixRecord(record) || change === null || change === undefined) return [];
  if (Math.abs(change) <= limit) return [];
  const { module, family } = record;
  return [
    {
      type: 'paired_sigma_change',
      severity: 'fatal',
      module,
      family,
      sigma_change: change,
      limit,
      message: `The largest singular value of ${module} changed by ${percent(change)}; the limit is ${percent(limit)}.`,
    },
  ];
}

function ownDistance(record: WeightRecord, { distance: limit }: PairedLimits): SpectralViolation[] {
  const { module, family, distance } = record;
  if (limit === null || !isGated(record) || distance === null || distance <= limit) return [];
  return [
    {
      type: 'paired_distance',
      severity: 'fatal',
      module,
      family,
      distance,
      limit,
      message: `${record.weight} is ${percent(distance)} of its norm away from the baseline's; the limit is ${percent(limit)}.`,
    },
  ];
}

function familyDistance(
  family: string,
  distance: number | null,
  { family_distance: limits }: PairedLimits,
): SpectralViolation[] {
  const limit = (family in limits ? limits[family] : limits[otherFamily]) ?? null;
  if (limit === null || distance === null || distance <= limit) return [];
  return [
    {
      type: 'paired_family_distance',
      severity: 'fatal',
      module: '',
      family,
      distance,
      limit,
      message: `The matrices of the family ${family} are together ${percent(distance)} of their norm away from the baseline's; the limit is ${percent(limit)}.`,
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
