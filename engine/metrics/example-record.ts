import { isFiniteNumber, isObject, listAt } from '../core/json-access.ts';

/** What a model made of one labelled example: what was measured, and what follows from it. */
export type ExampleRecord = ChoiceRecord | ExactRecord;

interface ChoiceRecord {
  readonly kind: 'multiple_choice';
  /** Of prompt, choices and right answer, in tokens. */
  readonly digest: string;
  /** Which choice is right, counted from 0. */
  readonly answer: number;
  /** Log-likelihood of every choice, or its mean per token where the run says so; null where it is not finite. */
  readonly scores: readonly (number | null)[];
  /** The choice with the largest score; null where two share it or a score is not finite. */
  readonly chosen: number | null;
  /** Null where a score is not finite: nobody knows what the model would choose. */
  readonly correct: boolean | null;
}

interface ExactRecord {
  readonly kind: 'exact_match';
  readonly digest: string;
  /** Tokens of the right answer, its end included. */
  readonly tokens: number;
  /** How many of them a greedy decoder writes that has written the ones before; null where a score is not finite. */
  readonly matched: number | null;
  readonly correct: boolean | null;
}

/**
 * Multiple choice: the choice with the largest score is chosen, and a tie chooses nothing and is wrong (spec 02 §5.1,
 * `ties_count_as_incorrect`): a model that scores everything alike knows nothing.
 */
export function choiceRecord(facts: Pick<ChoiceRecord, 'digest' | 'answer' | 'scores'>): ChoiceRecord {
  const { digest, answer, scores } = facts;
  const finite = scores.filter((score) => score !== null);
  const isKnown = finite.length === scores.length && scores.length > 0;
  const best = Math.max(...finite);
  const isTie = finite.filter((score) => score === best).length > 1;
  const chosen = isKnown && !isTie ? scores.indexOf(best) : null;
  const correct = isKnown ? chosen === answer : null;
  return { kind: 'multiple_choice', digest, answer, scores, chosen, correct };
}

/**
 * Exact match: a greedy decoder writes the right answer exactly when each of its tokens has the largest score after the
 * prompt and the tokens of the answer before it. So one run with the answer given decides what decoding step by step would.
 */
export function exactRecord({
  digest,
  tokens,
  matched,
}: Pick<ExactRecord, 'digest' | 'tokens' | 'matched'>): ExactRecord {
  return {
    kind: 'exact_match',
    digest,
    tokens,
    matched,
    correct: matched === null ? null : matched === tokens,
  };
}

/** A record as a file holds it, decided again from what was measured; undefined when it is none. */
export function readExampleRecord(value: unknown): ExampleRecord | undefined {
  if (!isObject(value) || typeof value.digest !== 'string' || value.digest === '') return undefined;
  const { kind, digest, answer, tokens, matched } = value;
  if (kind === 'multiple_choice') {
    const scores = listAt(value, 'scores');
    if (!scores?.every(isScore) || scores.length < 2 || !isCount(answer) || answer >= scores.length)
      return undefined;
    return choiceRecord({ digest, answer, scores });
  }
  if (kind !== 'exact_match' || !isCount(tokens) || tokens === 0) return undefined;
  if (matched !== null && (!isCount(matched) || matched > tokens)) return undefined;
  return exactRecord({ digest, tokens, matched });
}

function isScore(value: unknown): value is number | null {
  return value === null || isFiniteNumber(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
