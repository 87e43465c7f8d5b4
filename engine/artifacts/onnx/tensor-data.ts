import type { MessageReader } from './message-reader.ts';
import { type OnnxType, onnxBits } from './onnx-model.ts';
import { OnnxProblem } from './onnx-problem.ts';
import type { ProtobufField } from './protobuf-fields.ts';

/** The bytes of a tensor's elements, or where they lie in the file. */
export type TensorData =
  | { readonly length: number; readonly offset: number; readonly bytes?: undefined }
  | { readonly length: number; readonly offset?: undefined; readonly bytes: Uint8Array };

/** The data as the bytes of its elements. Which fields may hold which types is said in onnx.proto3. */
export function tensorData(
  reader: MessageReader,
  parts: readonly ProtobufField[],
  type: OnnxType,
  label: string,
): TensorData {
  for (const part of parts) {
    if (fieldHolds(part.number, type)) continue;
    throw new OnnxProblem(
      'M256',
      `${label} of type ${type} has its data in field ${part.number}, which is for others.`,
    );
  }
  const [first] = parts;
  if (parts.length === 1 && first?.kind === 'bytes' && first.content === undefined)
    return { length: first.length, offset: first.offset };
  const chunks = parts.map((part) => chunkOf(reader, part, type, label));
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { length: bytes.length, bytes };
}

function chunkOf(reader: MessageReader, part: ProtobufField, type: OnnxType, label: string): Uint8Array {
  switch (part.number) {
    case 4:
      return reader.fixedBytes(part, 4, label);
    case 10:
      return reader.fixedBytes(part, 8, label);
    case 9:
      return reader.bytes(part, label);
    default:
      // Elements below eight bits are packed, a byte to an integer.
      return integerBytes(reader.integers(part, label), Math.max(8, onnxBits[type]) / 8);
  }
}

/** Little-endian, whatever is above the width cut off. */
function integerBytes(values: readonly (number | bigint)[], width: number): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) {
    if (width === 8) view.setBigInt64(8 * i, BigInt(value), true);
    else if (width === 4) view.setInt32(4 * i, Number(value), true);
    else if (width === 2) view.setInt16(2 * i, Number(value), true);
    else view.setInt8(i, Number(value));
  }
  return bytes;
}

function fieldHolds(number: number, type: OnnxType): boolean {
  switch (number) {
    case 4:
      return type === 'F32' || type === 'C64';
    case 10:
      return type === 'F64' || type === 'C128';
    case 7:
      return type === 'I64';
    case 11:
      return type === 'U32' || type === 'U64';
    case 5:
      return onnxBits[type] <= 32 && !['F32', 'U32', 'STRING'].includes(type);
    default:
      return type !== 'STRING';
  }
}
