import type { DataText } from './data-types.ts';
import { ignoredLabel } from './mask-tokens.ts';
import type { Encode } from './stratified-windows.ts';
import { padded } from './take-windows.ts';

/** A text as a window: cut or padded to length, real tokens told from padding by length (spec 02 EQ-17). */
export interface TextWindow {
  /** Place of the text among the usable ones; it stays true when others fail (EQ-18). */
  readonly index: number;
  readonly inputIds: readonly number[];
  readonly attentionMask: readonly number[];
  /** Of pairs: the target's tokens, `ignoredLabel` for padding. */
  readonly labels?: readonly number[];
}

export interface WindowShape {
  readonly seqLen: number;
  readonly padId: number;
}

/** One window per text that can be tokenized, for providers that take texts in order (spec 02 §1.6, §1.8). */
export function textWindows(
  texts: readonly DataText[],
  encode: Encode,
  shape: WindowShape,
  firstIndex = 0,
): TextWindow[] {
  return texts.flatMap(({ text }, at) => {
    const ids = encode(text, shape.seqLen);
    return ids ? [{ index: firstIndex + at, ...padded(ids, shape.seqLen, shape.padId) }] : [];
  });
}

/** A source and what is expected of it. */
export interface DataPair {
  readonly source: string;
  readonly target: string;
  readonly rowIndex: number;
}

/** One window per pair (spec 02 §1.7): the source is read, the target's tokens are the labels. */
export function pairWindows(
  pairs: readonly DataPair[],
  encode: Encode,
  shape: WindowShape,
  firstIndex = 0,
): TextWindow[] {
  return pairs.flatMap(({ source, target }, at) => {
    const ids = encode(source, shape.seqLen);
    const targetIds = encode(target, shape.seqLen);
    if (!ids || !targetIds) return [];
    const labels = fill(targetIds, shape.seqLen, ignoredLabel);
    return [{ index: firstIndex + at, ...padded(ids, shape.seqLen, shape.padId), labels }];
  });
}

/** Cut or filled on the right to exactly this length. */
export function fill(values: readonly number[], length: number, filling: number): number[] {
  return Array.from({ length }, (_, at) => values[at] ?? filling);
}
