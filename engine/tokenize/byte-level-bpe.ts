import { isObject } from '../core/json-access.ts';
import { byteLevelPattern } from './byte-level-pattern.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Token ids of a text, at most so many; undefined where this encoder leaves the text to another one. */
export type FastEncoder = (text: string, maximumLength: number) => readonly number[] | undefined;

/** Longer words are left to the library, whose time does not grow with the square of their length. */
const longestWord = 200;
const mostWords = 100_000;

/**
 * Byte-level BPE as GPT-2 and its relatives have it, which remembers every word it has seen: texts repeat their words, and
 * the general library takes each apart anew. Undefined for tokenizers with anything beside it (another split, a
 * normalizer, special tokens of their own, dropout); a text that contains an added token is left to the library.
 *
 * @example byteLevelBpe(tokenizerJson, vocabulary)?.(' the cat', 8)
 */
export function byteLevelBpe(
  json: JsonObject,
  vocabulary: ReadonlyMap<string, number>,
): FastEncoder | undefined {
  const ranks = isPlain(json) ? mergeRanks(json.model) : undefined;
  if (!ranks) return undefined;
  const addsSpace = isObject(json.pre_tokenizer) && json.pre_tokenizer.add_prefix_space === true;
  const added = (Array.isArray(json.added_tokens) ? json.added_tokens : []).flatMap((entry: unknown) =>
    isObject(entry) && typeof entry.content === 'string' ? [entry.content] : [],
  );
  const known = new Map<string, readonly number[]>();
  const encodeWord = (word: string): readonly number[] | undefined => {
    const found = known.get(word);
    if (found || word.length > longestWord) return found;
    const ids = mergedPieces(word, ranks).map((piece) => vocabulary.get(piece));
    if (!ids.every((id) => id !== undefined)) return undefined;
    if (known.size >= mostWords) known.clear();
    known.set(word, ids);
    return ids;
  };
  return (text, maximumLength) => {
    if (text === '' || added.some((content) => content === '' || text.includes(content))) return undefined;
    const ids: number[] = [];
    const whole = addsSpace && !text.startsWith(' ') ? ` ${text}` : text;
    for (const [word] of whole.matchAll(byteLevelPattern)) {
      const more = encodeWord(word);
      if (!more) return undefined;
      for (const id of more) ids.push(id);
      if (ids.length >= maximumLength) return ids.slice(0, maximumLength);
    }
    return ids;
  };
}

function isPlain({ model, pre_tokenizer: split, post_processor: post, normalizer }: JsonObject): boolean {
  if (!isObject(model) || !isObject(split) || (normalizer ?? null) !== null) return false;
  const isAbsent = (key: string) => [undefined, null, '', false, 0].includes(model[key] as null);
  const extras = [
    'dropout',
    'continuing_subword_prefix',
    'end_of_word_suffix',
    'byte_fallback',
    'ignore_merges',
  ];
  return (
    model.type === 'BPE' &&
    extras.every(isAbsent) &&
    split.type === 'ByteLevel' &&
    split.use_regex !== false &&
    ((post ?? null) === null || (isObject(post) && post.type === 'ByteLevel'))
  );
}

/** Ranks of pairs, written as their two pieces with a space between, which no piece of this alphabet has. */
function mergeRanks(model: unknown): ReadonlyMap<string, number> | undefined {
  if (!isObject(model) || !Array.isArray(model.merges)) return undefined;
  const ranks = new Map<string, number>();
  for (const [rank, merge] of model.merges.entries()) {
    const pair: unknown = Array.isArray(merge) ? merge.join(' ') : merge;
    if (typeof pair !== 'string') return undefined;
    if (!ranks.has(pair)) ranks.set(pair, rank);
  }
  return ranks;
}

const encoder = new TextEncoder();

function mergedPieces(word: string, ranks: ReadonlyMap<string, number>): string[] {
  const pieces = Array.from(encoder.encode(word), (byte) => characterOfByte[byte] ?? '');
  while (pieces.length > 1) {
    let best = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let index = 0; index + 1 < pieces.length; index += 1) {
      const rank = ranks.get(`${pieces[index]} ${pieces[index + 1]}`);
      // The first of equal pairs is merged first.
      if (rank !== undefined && rank < best) {
        best = rank;
        at = index;
      }
    }
    if (at < 0) break;
    pieces.splice(at, 2, `${pieces[at]}${pieces[at + 1]}`);
  }
  return pieces;
}

/** The alphabet of byte-level BPE: bytes that print stand for themselves, the others for characters from U+0100 on. */
export const characterOfByte: readonly string[] = (() => {
  const prints = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(prints(byte) ? byte : next++));
})();
