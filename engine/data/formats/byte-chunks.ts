import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FileReader } from '../../core/ports.ts';
import { DataProblem } from './data-problem.ts';

export type ByteChunks = AsyncIterable<Uint8Array>;

const CHUNK_BYTES = 1 << 20;

/** A file's bytes, a mebibyte at a time. */
export async function* fileChunks(files: FileReader, file: string): ByteChunks {
  for (let offset = 0; ; ) {
    const chunk = await files.readBytes(file, { offset, length: CHUNK_BYTES });
    if (chunk.length === 0) return;
    offset += chunk.length;
    yield chunk;
  }
}

/** What a gzip file holds, all its members; a small file can hold very much, so there is a limit. */
export async function* unpackedChunks(packed: ByteChunks, maximumBytes: number): ByteChunks {
  const source = Readable.from(packed);
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  // A port that fails is no broken file: its error goes on as it is.
  let portError: unknown;
  source.on('error', (error) => {
    portError = error;
    unpacked.destroy(error);
  });
  source.pipe(unpacked);
  let total = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (total > maximumBytes) {
        throw new DataProblem(
          `holds more than ${maximumBytes} bytes, packed with gzip. Unpack it, or keep the part that is evaluated`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (portError !== undefined || error instanceof DataProblem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataProblem(`is a broken gzip file (${reason}). Copy or download it again`);
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}

/** Everything, when it is not more than a limit. */
export async function wholeBytes(chunks: ByteChunks, maximumBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maximumBytes) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
