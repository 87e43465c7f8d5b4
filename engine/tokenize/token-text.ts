import { isObject } from '../core/json-access.ts';
import { characterOfByte } from './byte-level-bpe.ts';

/**
 * The text of single tokens. One token need not be whole characters: bytes that are not UTF-8 by themselves are written
 * as `\xNN`, so that a reader sees that something is there, and which.
 *
 * @example tokenTexts(tokenizerJson, vocabulary)(262) // ' the'
 */
export function tokenTexts(
  json: Readonly<Record<string, unknown>>,
  vocabulary: ReadonlyMap<string, number>,
): (id: number) => string {
  const tokens = new Map<number, string>();
  for (const [token, id] of vocabulary) tokens.set(id, token);
  const added = addedContents(json);
  const kinds = new Set([...componentKinds(json.decoder), ...componentKinds(json.pre_tokenizer)]);
  const isByteLevel = kinds.has('ByteLevel');
  // SentencePiece marks the space before a word; a Replace step of the decoder turns it back.
  const marksSpaces = kinds.has('Metaspace') || JSON.stringify(json.decoder ?? null).includes('▁');
  return (id) => {
    const token = tokens.get(id);
    if (token === undefined) return `<${id}>`;
    if (added.has(token)) return token;
    if (isByteLevel) return byteLevelText(token);
    const byte = /^<0x([0-9A-F]{2})>$/u.exec(token)?.[1];
    if (byte !== undefined) return escapedUtf8(Uint8Array.of(Number.parseInt(byte, 16)));
    return marksSpaces ? token.replaceAll('▁', ' ') : token;
  };
}

/** Bytes as UTF-8; what is none is escaped byte by byte. */
export function escapedUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    const character = length === 0 ? undefined : decoded(bytes.subarray(at, at + length));
    if (character === undefined) {
      text += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0').toUpperCase()}`;
      at += 1;
    } else {
      text += character;
      at += length;
    }
  }
  return text;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes of the character that starts with this one; 0 when none does. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc0) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf8 ? 4 : 0;
}

function byteLevelText(token: string): string {
  const bytes = [...token].map((character) => byteOfCharacter.get(character));
  // A token with other characters was never made of bytes.
  return bytes.every((byte) => byte !== undefined) ? escapedUtf8(Uint8Array.from(bytes)) : token;
}

const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  characterOfByte.map((character, byte) => [character, byte]),
);

function addedContents(json: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const list: readonly unknown[] = Array.isArray(json.added_tokens) ? json.added_tokens : [];
  return new Set(
    list.flatMap((entry) => (isObject(entry) && typeof entry.content === 'string' ? [entry.content] : [])),
  );
}

/** The types of a component and of those that it is made of. */
function componentKinds(component: unknown): readonly string[] {
  if (!isObject(component)) return [];
  const parts = [component.decoders, component.pretokenizers].flatMap((list) =>
    Array.isArray(list) ? list.flatMap(componentKinds) : [],
  );
  return [...(typeof component.type === 'string' ? [component.type] : []), ...parts];
}
