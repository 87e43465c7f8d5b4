import type { ObservedBits } from './observed-bits.ts';

/** What differs in one tensor between the two models, and what can be seen of how it was changed. */
export interface WeightChange {
  readonly elements: number;
  readonly changed: number;
  /** ‖S − B‖ ÷ ‖B‖; null where it is no finite number. */
  readonly distance: number | null;
  /** SHA-256 of the stored bytes; absent for packed matrices, which several tensors hold. */
  readonly baseline_sha256?: string;
  readonly subject_sha256?: string;
  /** Share of zeros in both. */
  readonly baseline_zeros: number;
  readonly subject_zeros: number;
  /** Of matrices: the grid that the subject's values lie on, and the directions of the change, where these are few. */
  readonly bits?: number | null;
  readonly scale?: ObservedBits['scale'] | null;
  readonly rank?: number | null;
}

/** The block `edit.weights` of reports and certificates. */
export type WeightChanges =
  | { readonly evaluated: false; readonly reason: string }
  | ({
      readonly evaluated: true;
      /** Tensors of both models that were compared. */
      readonly tensors: number;
      /** By tensor; those that are equal are left out. */
      readonly changed: Readonly<Record<string, WeightChange>>;
    } & ObservedEdit);

/** What the changes have in common; null where they have not. */
export interface ObservedEdit {
  readonly tensors_changed: number;
  readonly largest_distance: number | null;
  /** The tensor with the largest distance. */
  readonly farthest: string | null;
  /** Most bits among the changed matrices, when all of them lie on a grid. */
  readonly observed_bits: number | null;
  /** Share of zeros in the changed matrices, when it is larger than in the baseline. */
  readonly observed_sparsity: number | null;
  /** Largest rank of the changes, when every changed matrix was moved in few directions, as a merged adapter does. */
  readonly observed_rank: number | null;
}

/** More zeros than that, of all values, nobody makes by rounding. */
const noticedZeros = 0.01;

/** Follows from the changes alone, so `verify` computes it again. */
export function observedEdit(changed: Readonly<Record<string, WeightChange>>): ObservedEdit {
  const entries = Object.entries(changed);
  const farthest = entries
    .filter(([, { distance }]) => distance !== null)
    .reduce<readonly [string, WeightChange] | undefined>(
      (most, entry) => (most && (most[1].distance ?? 0) >= (entry[1].distance ?? 0) ? most : entry),
      undefined,
    );
  const matrices = entries.map(([, change]) => change).filter(({ bits }) => bits !== undefined);
  const elements = matrices.reduce((sum, change) => sum + change.elements, 0);
  const zeros = (which: 'baseline_zeros' | 'subject_zeros') =>
    elements === 0
      ? 0
      : matrices.reduce((sum, change) => sum + change[which] * change.elements, 0) / elements;
  const isSparser = zeros('subject_zeros') - zeros('baseline_zeros') > noticedZeros;
  const bits = ofAll(matrices.map((change) => change.bits));
  return {
    tensors_changed: entries.length,
    largest_distance: farthest?.[1].distance ?? null,
    farthest: farthest?.[0] ?? null,
    observed_bits: bits,
    // Rounding to few bits makes zeros, too.
    observed_sparsity: isSparser && bits === null ? zeros('subject_zeros') : null,
    observed_rank: ofAll(matrices.map((change) => change.rank)),
  };
}

/** The largest, when all of them have one. */
function ofAll(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => typeof value === 'number');
  return known.length > 0 && known.length === values.length ? Math.max(...known) : null;
}
