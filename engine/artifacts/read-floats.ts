import { float16ToFloat32 } from './safetensors/half-floats.ts';

/**
 * Little-endian bytes of a tensor as float32 values; undefined for types that hold no real numbers by themselves. Bytes of
 * float32 are looked at where they lie when they are aligned, so a tensor of a gigabyte is not there twice.
 */
export function readFloats(bytes: Uint8Array, dtype: string): Float32Array | undefined {
  switch (dtype) {
    case 'F32':
      return new Float32Array(...aligned(bytes, 4));
    case 'F64':
      return Float32Array.from(new Float64Array(...aligned(bytes, 8)));
    case 'F16':
      return widened(new Uint16Array(...aligned(bytes, 2)), float16Table());
    case 'BF16':
      return fromBfloat16(new Uint16Array(...aligned(bytes, 2)));
    default:
      return undefined;
  }
}

function aligned(bytes: Uint8Array, width: number): [ArrayBuffer, number, number] {
  const whole = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return [whole.buffer as ArrayBuffer, whole.byteOffset, Math.floor(whole.byteLength / width)];
}

/** The upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index += 1) words[index] = (halves[index] ?? 0) << 16;
  return new Float32Array(words.buffer);
}

function widened(halves: Uint16Array, table: Float32Array): Float32Array {
  const values = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index += 1) values[index] = table[halves[index] ?? 0] ?? 0;
  return values;
}

let table: Float32Array | undefined;

/** A float16 has so few values that looking them up is the fastest way to read many. */
function float16Table(): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => float16ToFloat32(half));
  return table;
}
