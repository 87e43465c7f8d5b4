import { canonicalJson } from '../core/python-json.ts';
import { blake2s } from './blake2.ts';
import { ByteWriter } from './byte-writer.ts';

/** BLAKE2s-256 of a value's canonical JSON after an optional salt (spec 02 §3, generic JSON hash). */
export function jsonHash(value: unknown, salt = ''): string {
  return blake2s(32, new ByteWriter().text(salt).text(canonicalJson(value, 'C')).bytes());
}

/** BLAKE2s-256 of 32-bit integers, little-endian, after an optional salt. */
export function integersHash(values: readonly number[], salt = ''): string {
  const writer = new ByteWriter().text(salt);
  for (const value of values) writer.uint32(value);
  return blake2s(32, writer.bytes());
}
