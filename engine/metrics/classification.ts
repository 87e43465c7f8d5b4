import type { ExampleRecord } from './example-record.ts';

interface ArmCounts {
  /** 1, 0, or null where nobody knows. */
  readonly example_correct: readonly (0 | 1 | null)[];
  readonly correct_total: number;
  readonly total: number;
  /** Questions of which two choices share the largest score. */
  readonly ties_total: number;
}

/** The counts that an accuracy is computed from (spec 02 §5.2, spec 04 CQ-05). */
export interface Classification {
  readonly preview: ArmCounts;
  readonly final: ArmCounts;
  readonly counts_source: 'measured';
  /** Of the final arm. */
  readonly n_correct: number;
  readonly n_total: number;
  readonly policy: { readonly ties_count_as_incorrect: true };
  /** Choices were compared by the mean per token. */
  readonly length_normalized: boolean;
}

/** Counts what was answered; no label is ever made up (spec 02 EQ-02). */
export function classification(
  arms: { readonly preview: readonly ExampleRecord[]; readonly final: readonly ExampleRecord[] },
  isNormalized: boolean,
): Classification {
  const final = armCounts(arms.final);
  return {
    preview: armCounts(arms.preview),
    final,
    counts_source: 'measured',
    n_correct: final.correct_total,
    n_total: final.total,
    policy: { ties_count_as_incorrect: true },
    length_normalized: isNormalized,
  };
}

function armCounts(records: readonly ExampleRecord[]): ArmCounts {
  return {
    example_correct: records.map(({ correct }) => (correct === null ? null : correct ? 1 : 0)),
    correct_total: records.filter(({ correct }) => correct === true).length,
    total: records.length,
    ties_total: records.filter(isTie).length,
  };
}

function isTie(record: ExampleRecord): boolean {
  return record.kind === 'multiple_choice' && record.chosen === null && record.correct !== null;
}
