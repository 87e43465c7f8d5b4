import type { Golden } from '../parity-types.ts';

/** A tokenizer of the golden files: ids are the UTF-8 bytes plus three. It fails on a snowman, as some tokenizers fail. */
export interface ToyTokenizer {
  readonly padId: number;
  encode(text: string, seqLen: number): readonly number[] | undefined;
}

export function toyTokenizer(name: Golden): ToyTokenizer {
  if (name === 'toy_mlm') return { padId: 0, encode: (text, seqLen) => framed(bytesOf(text), seqLen) };
  const padId = name === 'toy_eos_pad' ? 49 : 0;
  return { padId, encode: (text, seqLen) => bytesOf(text)?.slice(0, seqLen) };
}

/** With a token before and after, for which truncation makes room. */
function framed(ids: readonly number[] | undefined, seqLen: number): readonly number[] | undefined {
  return ids && [260, ...ids.slice(0, seqLen - 2), 261];
}

function bytesOf(text: string): number[] | undefined {
  if (text.includes('\u2603')) return undefined;
  return [...new TextEncoder().encode(text)].map((byte) => byte + 3);
}

/** Filled to `length` on the right. */
export function padded(ids: readonly number[], length: number, filling: number): number[] {
  return [...ids, ...new Array<number>(Math.max(0, length - ids.length)).fill(filling)];
}
