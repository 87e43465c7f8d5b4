/**
 * Rotary position embedding (Su et al., arXiv 2104.09864): pairs (i, i + size/2) of the first `size` elements of a
 * head are rotated by position · frequency.
 */
export interface Rope {
  /** How many elements of a head are rotated; twice the number of frequencies. */
  readonly size: number;
  readonly frequencies: readonly number[];
  /** What cosine and sine are multiplied with. */
  readonly attentionFactor: number;
  /** Frequencies of sequences of more than `fromLength` tokens, if they are others (LongRoPE). */
  readonly long?: { readonly frequencies: readonly number[]; readonly beyondLength: number };
}
