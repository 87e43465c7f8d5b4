import type { Checked } from '../core/findings.ts';
import type { MaskingVocabulary } from './mask-tokens.ts';

/** What a tokenizer says about its special tokens; what it does not have is undefined. */
export interface SpecialTokens {
  readonly vocabSize?: number;
  readonly maskId?: number;
  /** Classification, separator, begin, end, padding and what else the tokenizer calls special. */
  readonly specialIds: readonly (number | null | undefined)[];
}

/** What masking needs of a tokenizer (spec 02 §2.7); T304 when it has no mask token. */
export function maskingVocabulary({
  vocabSize = 0,
  maskId,
  specialIds,
}: SpecialTokens): Checked<MaskingVocabulary> {
  if (maskId === undefined) {
    return {
      value: undefined,
      findings: [
        {
          code: 'T304',
          severity: 'error',
          message:
            'The tokenizer has no mask token, so a masked language model cannot be evaluated with it. Use the tokenizer that the model was trained with.',
        },
      ],
    };
  }
  const ids = specialIds.filter((id) => id !== null && id !== undefined);
  return { value: { maskId, vocabSize, specialIds: new Set(ids) }, findings: [] };
}
