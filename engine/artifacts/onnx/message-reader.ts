import { OnnxProblem } from './onnx-problem.ts';
import { countField, type FieldBudget, fieldsOf, type ProtobufField, readVarint } from './protobuf-fields.ts';

export type BytesField = Extract<ProtobufField, { kind: 'bytes' }>;

/** Names and keys; real ones have some dozens of characters. */
const longestName = 4096;

/** What a number in a packed list takes of the budget: less than a field, which is an object. */
const numberShare = 1 / 4;

/** Gives the fields of messages their meaning, and refuses what does not have the form that the format says. */
export class MessageReader {
  readonly #budget: FieldBudget;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(budget: FieldBudget) {
    this.#budget = budget;
  }

  fields(field: ProtobufField, what: string): Iterable<ProtobufField> {
    const { content, offset } = this.bytesField(field, what);
    if (content === undefined)
      throw new OnnxProblem('M253', `${what} at byte ${offset} is too large to be read.`);
    return content instanceof Uint8Array ? fieldsOf(content, offset, this.#budget) : content;
  }

  bytesField(field: ProtobufField, what: string): BytesField {
    if (field.kind !== 'bytes') throw wrongKind(field, what);
    return field;
  }

  /** A copy would keep nothing else alive, but the pieces are small. */
  bytes(field: ProtobufField, what: string): Uint8Array {
    const { content, offset } = this.bytesField(field, what);
    if (content instanceof Uint8Array) return content;
    throw new OnnxProblem('M253', `${what} at byte ${offset} is too large to be read.`);
  }

  name(field: ProtobufField, what: string): string {
    const bytes = this.bytes(field, what);
    if (bytes.length > longestName)
      throw new OnnxProblem('M253', `${what} has ${bytes.length} bytes; names have at most ${longestName}.`);
    return this.#text(bytes, what);
  }

  /** A text of any length, such as a value of the metadata. */
  text(field: ProtobufField, what: string): string {
    return this.#text(this.bytes(field, what), what);
  }

  #text(bytes: Uint8Array, what: string): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new OnnxProblem('M254', `${what} is not valid UTF-8.`);
    }
  }

  /** A signed 64-bit integer. */
  integer(field: ProtobufField, what: string): number | bigint {
    if (field.kind !== 'integer') throw wrongKind(field, what);
    return signed(field.value);
  }

  /** An integer that is small by its meaning, such as a version or a type. */
  smallInteger(field: ProtobufField, what: string): number {
    const value = this.integer(field, what);
    if (typeof value === 'bigint' || Math.abs(value) > 0x7fffffff)
      throw new OnnxProblem('M251', `${what} is ${value}, which is out of range.`);
    return value;
  }

  float(field: ProtobufField, what: string): number {
    if (field.kind !== 'fixed' || field.bytes.length !== 4) throw wrongKind(field, what);
    return floatAt(field.bytes, 0);
  }

  /** A repeated integer: one by one, or packed. */
  integers(field: ProtobufField, what: string): (number | bigint)[] {
    if (field.kind === 'integer') return [signed(field.value)];
    const bytes = this.bytes(field, what);
    const values: (number | bigint)[] = [];
    for (let at = 0; at < bytes.length; ) {
      countField(this.#budget, numberShare);
      const { value, size } = readVarint(bytes, at, bytes.length, this.bytesField(field, what).offset + at);
      values.push(signed(value));
      at += size;
    }
    return values;
  }

  floats(field: ProtobufField, what: string): number[] {
    const bytes = this.fixedBytes(field, 4, what);
    countField(this.#budget, numberShare * (bytes.length / 4));
    return Array.from({ length: bytes.length / 4 }, (_, i) => floatAt(bytes, 4 * i));
  }

  /** The bytes of a repeated number of fixed width: one by one, or packed. */
  fixedBytes(field: ProtobufField, width: 4 | 8, what: string): Uint8Array {
    if (field.kind === 'integer') throw wrongKind(field, what);
    const bytes = field.kind === 'fixed' ? field.bytes : this.bytes(field, what);
    if (bytes.length % width !== 0 || (field.kind === 'fixed' && bytes.length !== width))
      throw wrongKind(field, what);
    return bytes;
  }
}

function wrongKind(field: ProtobufField, what: string): OnnxProblem {
  return new OnnxProblem(
    'M252',
    `${what} is stored as ${field.kind === 'bytes' ? 'bytes' : 'a number'} of another kind than the format says.`,
  );
}

function signed(value: number | bigint): number | bigint {
  if (typeof value === 'number') return value;
  const result = BigInt.asIntN(64, value);
  const fits = result >= BigInt(Number.MIN_SAFE_INTEGER) && result <= BigInt(Number.MAX_SAFE_INTEGER);
  return fits ? Number(result) : result;
}

function floatAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(at, true);
}
