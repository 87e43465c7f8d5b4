import type { ByteChunks } from './byte-chunks.ts';

/** A line without its line feed; undefined when it is longer than the limit, which is dropped without being held. */
export type ByteLine = Uint8Array | undefined;

/** Lines of bytes. A byte order mark at the start is dropped. */
export async function* byteLines(chunks: ByteChunks, maximumBytes: number): AsyncGenerator<ByteLine> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let isFirst = true;
  const keep = (part: Uint8Array): void => {
    if (part.length === 0) return;
    pendingBytes += part.length;
    if (pendingBytes <= maximumBytes) pending.push(part);
  };
  const take = (): ByteLine => {
    const line = pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending);
    const isTooLong = pendingBytes > maximumBytes;
    pending = [];
    pendingBytes = 0;
    const isMarked = isFirst;
    isFirst = false;
    return isTooLong ? undefined : isMarked ? withoutMark(line) : line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10, start); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (pendingBytes > 0) yield take();
}

/** A first line without the byte order mark that it may begin with. */
export function withoutMark(line: Uint8Array): Uint8Array {
  return line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A line as text, without the carriage return before its line feed; undefined when it is not UTF-8. */
export function textOfLine(line: Uint8Array): string | undefined {
  try {
    return strict.decode(line.at(-1) === 13 ? line.subarray(0, -1) : line);
  } catch {
    return undefined;
  }
}

export function tooLong(maximumBytes: number): string {
  return `longer than ${maximumBytes >= 1 << 20 ? `${maximumBytes >> 20} MiB` : `${maximumBytes} bytes`}`;
}

export const notUtf8 = 'not valid UTF-8';

export const hasNul = 'not a text: it has NUL characters';
