import { InvarLockError } from '../../core/errors.ts';
import type { FileReader } from '../../core/ports.ts';
import type { StoredTensor } from '../tensor-facts.ts';
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from './half-floats.ts';

/** The bytes of one tensor, and of no other. */
export async function readTensor(files: FileReader, tensor: StoredTensor): Promise<Uint8Array> {
  const bytes = await files.readBytes(tensor.file, { offset: tensor.offset, length: tensor.lengthBytes });
  if (bytes.length === tensor.lengthBytes) return bytes;
  throw new InvarLockError('M234', `${tensor.file} became shorter while tensor ${tensor.name} was read.`);
}

/** Element types whose values can be read as float32 and written back. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

export function isFloatDtype(dtype: string): dtype is FloatDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** Little-endian bytes as float32 values; always a copy. */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === 'F32') {
    const values = new Float32Array(bytes.byteLength / 4);
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
    return values;
  }
  const widen = dtype === 'F16' ? float16ToFloat32 : bfloat16ToFloat32;
  const values = new Float32Array(bytes.byteLength / 2);
  for (let i = 0; i < values.length; i++) values[i] = widen(view.getUint16(2 * i, true));
  return values;
}

/** The inverse of `decodeFloats`; rounds to nearest where the type is narrower. */
export function encodeFloats(values: Float32Array, dtype: FloatDtype): Uint8Array {
  if (dtype === 'F32') {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
    return new Uint8Array(view.buffer);
  }
  const narrow = dtype === 'F16' ? float32ToFloat16 : float32ToBfloat16;
  const view = new DataView(new ArrayBuffer(values.length * 2));
  for (const [i, value] of values.entries()) view.setUint16(2 * i, narrow(value), true);
  return new Uint8Array(view.buffer);
}
