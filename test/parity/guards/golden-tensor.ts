import type { Golden } from '../parity-types.ts';

/** The values of a golden tensor, in the type that its `dtype` names. */
export function tensorValues({ dtype, b64 }: Golden): Float32Array | Int8Array | Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(b64, 'base64'));
  if (dtype === 'float32') return new Float32Array(bytes.buffer);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(bytes.buffer));
  if (dtype === 'int8') return new Int8Array(bytes.buffer);
  if (dtype === 'uint8') return bytes;
  throw new Error(`no parity test reads tensors of ${dtype}`);
}
