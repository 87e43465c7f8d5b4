/**
 * The normalizer that SentencePiece compiles into a model: a trie over UTF-8 bytes (a double array, as the library Darts-clone
 * writes it) that leads to what a character, or a few together, are replaced by.
 *
 * Throws when the map is not one.
 */
export function precompiledNormalizer(charsmap: unknown): (text: string) => string {
  if (typeof charsmap !== 'string') throw new Error('its compiled normalizer has no map');
  const bytes = new Uint8Array(Buffer.from(charsmap, 'base64'));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trieBytes = bytes.length < 4 ? -1 : view.getUint32(0, true);
  if (trieBytes < 0 || trieBytes % 4 !== 0 || trieBytes > bytes.length - 4) {
    throw new Error('the map of its compiled normalizer is broken');
  }
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = bytes.subarray(4 + trieBytes);
  const known = new Map<string, string | undefined>();
  const replacementOf = (part: string): string | undefined => {
    if (!known.has(part)) known.set(part, readReplacement(units, replacements, encoder.encode(part)));
    return known.get(part);
  };
  return (text) => {
    let result = '';
    for (const { segment } of graphemes.segment(text)) {
      // Only short ones are looked up as a whole.
      const whole = encoder.encode(segment).length < 6 ? replacementOf(segment) : undefined;
      if (whole !== undefined) result += whole;
      else for (const character of segment) result += replacementOf(character) ?? character;
    }
    return result;
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The replacement of the shortest beginning that the trie knows, which is what SentencePiece's reader in Rust takes. */
function readReplacement(units: Uint32Array, replacements: Uint8Array, key: Uint8Array): string | undefined {
  let unit = units[0] ?? 0;
  let place = offsetOf(unit);
  for (const byte of key) {
    if (byte === 0) return undefined;
    place ^= byte;
    unit = units[place] ?? 0;
    // A unit's label is its byte; a leaf's bit 31 is set, so it is never equal.
    if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
    place ^= offsetOf(unit);
    if (((unit >>> 8) & 1) === 1) {
      const start = (units[place] ?? 0) & 0x7fffffff;
      const end = replacements.indexOf(0, start);
      return decoder.decode(replacements.subarray(start, end < 0 ? undefined : end));
    }
  }
  return undefined;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
}
