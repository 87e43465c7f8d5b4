import type { DatasetOrigin } from '../hub/open-dataset.ts';
import type { WindowPlan } from './plan-windows.ts';
import type { ScorerProfile, StratificationRecord } from './stratified-windows.ts';

/** One text of a dataset and where it came from. */
export interface DataText {
  readonly text: string;
  /** Row of the data, counted over usable and unusable rows alike (spec 02 EQ-18). */
  readonly rowIndex: number;
}

/** One evaluation window: a text, tokenized, cut or padded to `seq_len` (spec 02: one window = one text). */
export interface EvaluationWindow {
  /** Preview 0…p−1, final p…p+f−1 (spec 02 §2.6). */
  readonly id: number;
  readonly rowIndex: number;
  /** Padded on the right with the pad id to seq_len. */
  readonly inputIds: readonly number[];
  /** 1 for real tokens, 0 for padding; by length, never by comparing with the pad id (EQ-17). */
  readonly attentionMask: readonly number[];
  /**
   * What is expected, −100 where nothing is: of a masked model at the positions of `inputIds` (which hold the masks), of
   * a sequence-to-sequence model the target. Absent for causal models, which are scored on their own inputs.
   */
  readonly labels?: readonly number[];
  /** Of labelled data: what is asked and what would be right. */
  readonly example?: TaskExample;
}

/** A question in tokens. Multiple choice is decided by the likelihood of its answers, exact match by what a greedy decoder writes. */
export interface TaskExample {
  readonly kind: 'multiple_choice' | 'exact_match';
  /** What comes before every answer. */
  readonly promptIds: readonly number[];
  /** The choices; of exact match the right answer alone. */
  readonly answers: readonly (readonly number[])[];
  /** Which of the answers is right. */
  readonly right: number;
  /** SHA-256 over all of it: two runs compare the same examples only. */
  readonly digest: string;
}

/** The windows of one certification. The subject is pinned to the baseline's schedule. */
export interface WindowSchedule {
  readonly preview: readonly EvaluationWindow[];
  readonly final: readonly EvaluationWindow[];
  /** Present when duplicates forced both arms to shrink (spec 02 §2.5.3). */
  readonly dedupeAdjustment?: { readonly deficit: number; readonly proposedPerArm: number };
  /** Of providers that select: how hard the windows are, and what scored them (spec 02 §2.3). */
  readonly stratification?: StratificationRecord;
  readonly scorerProfile?: ScorerProfile;
  /** The plan of a release, which may have lowered the counts. */
  readonly plan?: WindowPlan;
  /** Of data of the Hugging Face Hub: which ones. */
  readonly origin?: DatasetOrigin;
  /** Of labelled data: how its examples are decided. Every window has an `example` then. */
  readonly tasks?: TaskScoring;
}

interface TaskScoring {
  /** Choices are compared by their mean log-likelihood per token, not by its sum. */
  readonly lengthNormalized: boolean;
}

/** Number of real tokens in a window. */
export function attendedLength(window: Pick<EvaluationWindow, 'attentionMask'>): number {
  let length = 0;
  for (const bit of window.attentionMask) length += bit;
  return length;
}
