/** Where a run-length encoded stream ended, and how many of its values equal the one that was asked for. */
export interface RunFacts {
  readonly end: number;
  readonly equal: number;
}

/**
 * Walks Parquet's mix of runs and packed bits, because hyparquet repeats a value as often as a run says, and a run of a few
 * bytes can say two thousand million times. Undefined when the runs say more than `count` values, or the bytes end before.
 */
export function checkRuns(
  bytes: Uint8Array,
  start: number,
  { width, count, value }: { readonly width: number; readonly count: number; readonly value?: number },
): RunFacts | undefined {
  if (width > 32) return undefined;
  let at = start;
  let seen = 0;
  let equal = 0;
  while (seen < count) {
    const header = varint();
    if (header === undefined) return undefined;
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      const size = Math.ceil(width / 8);
      if (length > count - seen || at + size > bytes.length) return undefined;
      if (value !== undefined && littleEndian(at, size) === value) equal += length;
      at += size;
      seen += length;
      continue;
    }
    // Groups of eight; the last ones may be filled up, and some writers leave out what fills them.
    const values = Math.min(length * 8, count - seen);
    if (length * 8 - values > MAXIMUM_FILLING || at + Math.ceil((values * width) / 8) > bytes.length)
      return undefined;
    if (value !== undefined) equal += countPacked(at, values, value);
    at = Math.min(bytes.length, at + length * width);
    seen += values;
  }
  return { end: at, equal };

  function varint(): number | undefined {
    let result = 0;
    for (let i = 0; i < 5; i++) {
      const next = bytes[at];
      if (next === undefined) return undefined;
      at += 1;
      result += (next & 0x7f) * 2 ** (7 * i);
      if (next < 0x80) return result < 2 ** 31 ? result : undefined;
    }
    return undefined;
  }

  function littleEndian(from: number, size: number): number {
    let result = 0;
    for (let i = 0; i < size; i++) result += (bytes[from + i] ?? 0) * 2 ** (8 * i);
    return result;
  }

  /** Levels need few bits, so two bytes always hold one. */
  function countPacked(from: number, values: number, wanted: number): number {
    let found = 0;
    for (let i = 0; i < values; i++) {
      const bit = i * width;
      const place = from + (bit >> 3);
      const pair = (bytes[place] ?? 0) | ((bytes[place + 1] ?? 0) << 8);
      if (((pair >> (bit & 7)) & ((1 << width) - 1)) === wanted) found += 1;
    }
    return found;
  }
}

const MAXIMUM_FILLING = 504;
