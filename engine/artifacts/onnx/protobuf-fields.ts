import { OnnxProblem } from './onnx-problem.ts';

/** One field of a protobuf message as it lies in the file. */
export type ProtobufField =
  | { readonly kind: 'integer'; readonly number: number; readonly value: number | bigint }
  | { readonly kind: 'fixed'; readonly number: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'bytes';
      readonly number: number;
      /** Of the first byte of the content, from the start of the file. */
      readonly offset: number;
      readonly length: number;
      /** Undefined for what was left in the file, a list for what was too large to be read in one piece. */
      readonly content: Uint8Array | readonly ProtobufField[] | undefined;
    };

/** Tag and length of a field take at most two varints. */
export const longestHeaderBytes = 20;

/** Counts what was read of one file, so that no file makes more objects than this. */
export interface FieldBudget {
  fieldsLeft: number;
}

/** A field's tag, and the value or length after it. */
export interface FieldHeader {
  readonly number: number;
  readonly wireType: 0 | 1 | 2 | 5;
  /** An integer's value; the length of the content for the others. */
  readonly value: number | bigint;
  readonly headerBytes: number;
}

/**
 * Reads the header of the field at `at`. `bytes` may go on after the message: `end` is where the message ends, as an
 * index into `bytes`, or beyond them when the message is longer.
 */
export function readFieldHeader(bytes: Uint8Array, at: number, end: number, place: number): FieldHeader {
  const tag = readVarint(bytes, at, end, place);
  if (typeof tag.value === 'bigint' || tag.value > 0xffffffff) {
    throw new OnnxProblem('M251', `the field tag at byte ${place} is no tag.`);
  }
  const number = Math.floor(tag.value / 8);
  const wireType = tag.value % 8;
  if (number === 0) throw new OnnxProblem('M252', `the field at byte ${place} has the number 0.`);
  switch (wireType) {
    case 0: {
      const integer = readVarint(bytes, at + tag.size, end, place);
      return { number, wireType, value: integer.value, headerBytes: tag.size + integer.size };
    }
    case 1:
      return { number, wireType, value: 8, headerBytes: tag.size };
    case 5:
      return { number, wireType, value: 4, headerBytes: tag.size };
    case 2: {
      const length = readVarint(bytes, at + tag.size, end, place);
      if (typeof length.value === 'bigint')
        throw new OnnxProblem('M250', `field ${number} at byte ${place} claims ${length.value} bytes.`);
      return { number, wireType, value: length.value, headerBytes: tag.size + length.size };
    }
    default:
      throw new OnnxProblem(
        'M252',
        `the field at byte ${place} has the wire type ${wireType}, which ONNX does not use.`,
      );
  }
}

/** The fields of a message that is in memory; `offset` is where it starts in the file. */
export function* fieldsOf(
  bytes: Uint8Array,
  offset: number,
  budget: FieldBudget,
): Generator<ProtobufField, void, undefined> {
  let at = 0;
  while (at < bytes.length) {
    countField(budget);
    const header = readFieldHeader(bytes, at, bytes.length, offset + at);
    at += header.headerBytes;
    if (header.wireType === 0) {
      yield { kind: 'integer', number: header.number, value: header.value };
      continue;
    }
    const length = Number(header.value);
    if (at + length > bytes.length) throw overrun(header.number, offset + at, length);
    const content = bytes.subarray(at, at + length);
    const { number } = header;
    yield header.wireType === 2
      ? { kind: 'bytes', number, offset: offset + at, length, content }
      : { kind: 'fixed', number, bytes: content };
    at += length;
  }
}

export function countField(budget: FieldBudget, count = 1): void {
  budget.fieldsLeft -= count;
  if (budget.fieldsLeft < 0)
    throw new OnnxProblem(
      'M253',
      'it has more nodes, attributes and lists of numbers than are read. Save large tensors as raw or external data.',
    );
}

export function overrun(number: number, place: number, length: number): OnnxProblem {
  return new OnnxProblem(
    'M250',
    `field ${number} at byte ${place} claims ${length} bytes, but what it lies in ends before that.`,
  );
}

/** A varint has at most ten bytes and 64 bits. */
export function readVarint(
  bytes: Uint8Array,
  at: number,
  end: number,
  place: number,
): { readonly value: number | bigint; readonly size: number } {
  let value = 0;
  let scale = 1;
  // Seven bytes hold 49 bits, which a double counts exactly.
  for (let size = 1; size <= 7; size += 1) {
    const byte = byteAt(bytes, at + size - 1, end, place);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, size };
    scale *= 128;
  }
  let large = BigInt(value);
  for (let size = 8; size <= 10; size += 1) {
    const byte = byteAt(bytes, at + size - 1, end, place);
    large |= BigInt(byte & 0x7f) << BigInt(7 * (size - 1));
    if (byte >= 0x80) continue;
    if (large >> 64n !== 0n) break;
    return { value: large <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(large) : large, size };
  }
  throw new OnnxProblem('M251', `the number at byte ${place} is longer than 64 bits.`);
}

function byteAt(bytes: Uint8Array, at: number, end: number, place: number): number {
  const byte = at < end ? bytes[at] : undefined;
  if (byte === undefined)
    throw new OnnxProblem('M250', `the message ends inside the number at byte ${place}.`);
  return byte;
}
