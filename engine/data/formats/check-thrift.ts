/** A structure of Parquet's metadata: its numbers by their place, `'5.1'` for field 1 of the structure in field 5. */
export interface ThriftNumbers {
  readonly numbers: ReadonlyMap<string, number>;
  /** Where the structure ends. */
  readonly end: number;
}

/** Elements that may come from one structure: many more than the footer of a large file has. */
const MAXIMUM_ELEMENTS = 4_000_000;
const MAXIMUM_DEPTH = 24;

/**
 * Walks a structure in Thrift's compact form without building it, because hyparquet makes lists as long as a file says and
 * goes as deep as it says. Undefined when the bytes are no such structure or one of an absurd size.
 */
export function checkThrift(bytes: Uint8Array, start: number): ThriftNumbers | undefined {
  const numbers = new Map<string, number>();
  let at = start;
  let elements = 0;
  try {
    structure('', 0);
    return { numbers, end: at };
  } catch (error) {
    if (error === malformed) return undefined;
    throw error;
  }

  function structure(prefix: string, depth: number): void {
    if (depth > MAXIMUM_DEPTH) throw malformed;
    for (let field = 0; ; ) {
      const head = byte();
      const kind = head & 0x0f;
      if (kind === 0) return;
      const next = head >> 4 ? field + (head >> 4) : zigzag(varint(5));
      // Every writer writes fields in order; one that comes twice would mean whatever its reader takes.
      if (next <= field) throw malformed;
      field = next;
      // Names are for what stands in structures of structures; within lists nobody looks for numbers.
      value(kind, prefix === list ? list : `${prefix}${field}`, depth);
    }
  }

  function value(kind: number, name: string, depth: number): void {
    elements += 1;
    if (elements > MAXIMUM_ELEMENTS) throw malformed;
    if (kind === 1 || kind === 2) note(name, kind === 1 ? 1 : 0);
    else if (kind === 3) skip(1);
    else if (kind === 4 || kind === 5) note(name, zigzag(varint(5)));
    else if (kind === 6) varint(10);
    else if (kind === 7) skip(8);
    else if (kind === 8) skip(varint(5));
    else if (kind === 9) listOfValues(depth);
    else if (kind === 12) structure(name === list ? list : `${name}.`, depth + 1);
    else throw malformed;
  }

  function listOfValues(depth: number): void {
    if (depth > MAXIMUM_DEPTH) throw malformed;
    const head = byte();
    const kind = head & 0x0f;
    const size = head >> 4 === 15 ? varint(5) : head >> 4;
    // Every element has a byte at least.
    if (size > bytes.length - at) throw malformed;
    for (let i = 0; i < size; i++) value(kind === 1 || kind === 2 ? 3 : kind, list, depth + 1);
  }

  function note(name: string, number: number): void {
    if (name !== list) numbers.set(name, number);
  }

  function byte(): number {
    const next = bytes[at];
    if (next === undefined) throw malformed;
    at += 1;
    return next;
  }

  function skip(count: number): void {
    if (count > bytes.length - at) throw malformed;
    at += count;
  }

  /** The value is exact for numbers of 32 bits; longer ones are only passed over. */
  function varint(maximumBytes: number): number {
    let result = 0;
    for (let i = 0; i < maximumBytes; i++) {
      const next = byte();
      result += (next & 0x7f) * 2 ** (7 * i);
      if (next < 0x80) {
        if (maximumBytes <= 5 && result >= 2 ** 32) throw malformed;
        return result;
      }
    }
    throw malformed;
  }
}

/** Stands for every place within a list. */
const list = '[]';
const malformed = Symbol('malformed');

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
