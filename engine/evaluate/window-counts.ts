import { ignoredLabel } from '../data/mask-tokens.ts';

/** A window as it is fed. */
export interface FedWindow {
  readonly inputIds: readonly number[];
  /** Absent: every token is real. */
  readonly attentionMask?: readonly number[];
  /** Absent: the tokens themselves (causal). */
  readonly labels?: readonly number[];
}

/** What a window counts for (spec 02 §2.8, §4.2). */
export interface WindowCounts {
  /** As fed: given, or the real tokens with `ignoredLabel` for padding. */
  readonly labels: readonly number[];
  /** Real tokens: `actual_token_counts`. */
  readonly actual: number;
  /** `masked_token_counts`; the weight where labels are given and none counts. */
  readonly masked: number;
  /** `token_counts`: scored labels where labels are given, else real tokens, one more than there are targets (EQ-24). */
  readonly weight: number;
}

/** Labels and weights of a window. */
export function windowCounts({ inputIds, attentionMask, labels: given }: FedWindow): WindowCounts {
  const actual = attentionMask ? attentionMask.reduce((sum, bit) => sum + bit, 0) : inputIds.length;
  const labels =
    given ?? inputIds.map((id, at) => (attentionMask && attentionMask[at] === 0 ? ignoredLabel : id));
  const scored = labels.filter((label) => label !== ignoredLabel).length;
  if (!given) return { labels, actual, masked: scored, weight: actual };
  const weight = scored > 0 ? scored : actual;
  return { labels, actual, masked: weight, weight };
}
