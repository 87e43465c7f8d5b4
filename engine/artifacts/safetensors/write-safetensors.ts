import { createHash } from 'node:crypto';
import { InvarLockError } from '../../core/errors.ts';
import type { FileWriter } from '../../core/ports.ts';
import { elementCount, type TensorFacts } from '../tensor-facts.ts';
import { bitsPerElement } from './dtypes.ts';

/** A tensor to write; its bytes are asked for when their turn comes, so that one tensor at a time is in memory. */
export interface TensorSource extends TensorFacts {
  bytes(): Promise<Uint8Array>;
}

export interface WrittenFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * Writes a new safetensors file: metadata first, tensors sorted by name and laid out in that order, header padded
 * with spaces to a multiple of 8 bytes. Equal tensors give equal bytes, whatever order they came in.
 *
 * The file must not exist yet; the caller chooses a place where nobody reads a half-written one.
 */
export async function writeSafetensors(
  files: FileWriter,
  file: string,
  tensors: readonly TensorSource[],
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<WrittenFile> {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const append = async (bytes: Uint8Array): Promise<void> => {
    await files.append(file, bytes);
    hash.update(bytes);
    sizeBytes += bytes.length;
  };
  await append(headerBytes(sorted, metadata));
  for (const tensor of sorted) {
    const bytes = await tensor.bytes();
    if (bytes.length !== byteLength(tensor)) {
      throw new InvarLockError(
        'U799',
        `Tensor ${tensor.name} has ${bytes.length} bytes, its shape needs ${byteLength(tensor)}.`,
      );
    }
    await append(bytes);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

function headerBytes(tensors: readonly TensorFacts[], metadata: ReadonlyMap<string, string>): Uint8Array {
  const entries: string[] = [
    `"__metadata__":${json(Object.fromEntries(new Map([['format', 'pt'], ...metadata])))}`,
  ];
  let position = 0;
  for (const tensor of tensors) {
    const end = position + byteLength(tensor);
    const entry = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [position, end] };
    entries.push(`${json(tensor.name)}:${json(entry)}`);
    position = end;
  }
  const text = `{${entries.join(',')}}`;
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, ' ');
  const bytes = new Uint8Array(8 + padded.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded.length), true);
  bytes.set(new TextEncoder().encode(padded), 8);
  return bytes;
}

function byteLength(tensor: TensorFacts): number {
  return (elementCount(tensor.shape) * bitsPerElement[tensor.dtype]) / 8;
}

/** Compact JSON in ASCII, so that characters and bytes are the same thing. */
function json(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
