import type { ParquetParsers } from 'hyparquet';
import { hasNul, notUtf8 } from './byte-lines.ts';

/** Stands for a value that is no text although its column holds texts. */
interface Unreadable {
  readonly problem: string;
}

const unreadable = new WeakSet<object>();

export function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === 'object' && value !== null && unreadable.has(value);
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How hyparquet makes values of bytes: texts strictly; of JSON its text; of maps nothing, which no text is taken from. */
export const parsers: Partial<ParquetParsers> = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && textOf(bytes),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && textOf(bytes),
  geometryFromBytes: () => undefined,
  geographyFromBytes: () => undefined,
};

function textOf(bytes: Uint8Array): string | Unreadable {
  try {
    return strict.decode(bytes);
  } catch {
    return mark(bytes.includes(0) ? hasNul : notUtf8);
  }
}

function mark(problem: string): Unreadable {
  const value = { problem };
  unreadable.add(value);
  return value;
}
