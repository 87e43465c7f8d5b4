export interface TextDifficulties {
  /** Mean surprise per byte of each text, in nats. */
  readonly difficulties: Float64Array;
  /** Bytes that were scored, over all texts. */
  readonly tokensProcessed: number;
}

/** Order and vocabulary of the model: four bytes, 256 of them and the padding. */
export const difficultyModel = { mode: 'byte_ngram', order: 4, vocab_size: 257 } as const;

const PAD = 256;
const BASE = difficultyModel.vocab_size;

/**
 * How hard each text is beside the others (spec 02 §2.4): a byte 4-gram model with add-one smoothing, counted over the
 * texts themselves. Only the order of the difficulties enters the selection of windows.
 */
export function textDifficulties(texts: readonly string[]): TextDifficulties {
  const sequences = texts.map(bytesOf);
  const contexts = new Map<number, number>();
  const grams = new Map<number, number>();
  for (const bytes of sequences) {
    eachGram(bytes, (context, gram) => {
      contexts.set(context, (contexts.get(context) ?? 0) + 1);
      grams.set(gram, (grams.get(gram) ?? 0) + 1);
    });
  }
  const difficulties = Float64Array.from(sequences, (bytes) => {
    let sum = 0;
    eachGram(bytes, (context, gram) => {
      sum += -Math.log(((grams.get(gram) ?? 0) + 1) / ((contexts.get(context) ?? 0) + BASE));
    });
    return sum / Math.max(bytes.length, 1);
  });
  return { difficulties, tokensProcessed: sequences.reduce((sum, bytes) => sum + bytes.length, 0) };
}

/** Half a surrogate pair counts as a question mark, as in Python. */
function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text.isWellFormed() ? text : text.toWellFormed().replaceAll('\ufffd', '?'));
}

/** Three symbols and the byte after them, each as one number; the text starts behind three symbols of padding. */
function eachGram(bytes: Uint8Array, visit: (context: number, gram: number) => void): void {
  let [a, b, c]: [number, number, number] = [PAD, PAD, PAD];
  for (const byte of bytes) {
    const context = (a * BASE + b) * BASE + c;
    visit(context, context * BASE + byte);
    [a, b, c] = [b, c, byte];
  }
}
