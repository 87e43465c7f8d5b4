import { canonicalJson } from '../core/python-json.ts';
import { blake2b, blake2s } from './blake2.ts';
import { ByteWriter } from './byte-writer.ts';

/** A list of token sequences, content and order: `data.preview_hash`, `data.final_hash` (spec 02 §3). */
export function sequenceHash(sequences: readonly (readonly number[])[]): string {
  const writer = new ByteWriter();
  for (const sequence of sequences) {
    writer.uint32(sequence.length);
    for (const token of sequence) writer.uint32(token);
  }
  return blake2s(16, writer.bytes());
}

/** Both arms' hashes as one: `data.dataset_hash`. */
export function datasetHash(previewHash: string, finalHash: string): string {
  return blake2s(16, new ByteWriter().text(previewHash + finalHash).bytes());
}

/** One window's tokens, for pairing and duplicates (spec 02 §2.10). */
export function pairingTokenHash(tokens: readonly number[]): string {
  const known = tokenHashes.get(tokens);
  if (known !== undefined) return known;
  const writer = new ByteWriter();
  for (const token of tokens) writer.uint32(token);
  const hash = blake2b(16, writer.bytes());
  tokenHashes.set(tokens, hash);
  return hash;
}

/** Both arms have the very same lists of tokens, which nobody changes, and every window is asked for several times. */
const tokenHashes = new WeakMap<readonly number[], string>();

/**
 * Every window id of both arms: `provider_digest.ids_sha256`, which is BLAKE2s-256 despite its name (spec 02 EQ-37).
 * Sorted as integers when every id is one, else as texts.
 */
export function idsDigest(ids: readonly (number | string)[]): string {
  const integers = ids.map(asInteger);
  const sorted = integers.every((id) => id !== undefined)
    ? [...integers].sort((a, b) => a - b)
    : ids.map(String).sort();
  return blake2s(32, new ByteWriter().text(canonicalJson(sorted, 'C')).bytes());
}

/** The final arm's schedule: `window_ids_digest`, `window_plan_digest`, `schedule_digest`. */
export function scheduleDigest(finalIds: readonly (number | string)[]): string {
  const writer = new ByteWriter();
  for (const id of finalIds) {
    const integer = asInteger(id);
    if (integer === undefined) writer.text(String(id));
    else writer.int64(integer);
  }
  return blake2s(16, writer.bytes());
}

/** The character 1. */
const ONE = 0x31;

/** The labelled positions of both arms: `provider_digest.masking_sha256`; undefined when nothing is labelled. */
export function maskPositionsDigest(arms: {
  readonly preview?: { readonly labels?: readonly (readonly number[])[] };
  readonly final?: { readonly labels?: readonly (readonly number[])[] };
}): string | undefined {
  const writer = new ByteWriter();
  let labelled = false;
  for (const name of ['preview', 'final'] as const) {
    const labels = arms[name]?.labels ?? [];
    if (labels.length === 0) continue;
    writer.text(name);
    for (const row of labels) {
      if (row.length === 0) continue;
      for (const [index, label] of row.entries()) {
        if (label === -100) continue;
        labelled = true;
        writer.byte(ONE).uint32(index);
      }
      writer.text('|');
    }
  }
  return labelled ? blake2s(16, writer.bytes()) : undefined;
}

/** Python's `int(x)` for the ids that reports hold: numbers are cut, decimal texts are parsed. */
function asInteger(id: number | string): number | undefined {
  if (typeof id === 'number') return Number.isFinite(id) ? Math.trunc(id) : undefined;
  return /^\s*[+-]?\d+\s*$/u.test(id) ? Number(id) : undefined;
}
