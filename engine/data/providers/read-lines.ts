import type { FileReader } from '../../core/ports.ts';

export type Line =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unusable'; readonly problem: string };

const CHUNK_BYTES = 1 << 20;
/** A line longer than this cannot be a sane evaluation text; it is skipped without being held in memory. */
const MAX_LINE_BYTES = 16 << 20;

/**
 * Lines of a UTF-8 file without reading it whole. A line that is not UTF-8 or is longer than 16 MiB comes as `unusable`
 * and the next one goes on (spec 02 EQ-15); a byte order mark at the start is dropped.
 */
export async function* readLines(files: FileReader, file: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  const take = (): Line => {
    const parts = pending;
    const lengthBytes = pendingBytes;
    pending = [];
    pendingBytes = 0;
    if (lengthBytes > MAX_LINE_BYTES)
      return { kind: 'unusable', problem: `longer than ${MAX_LINE_BYTES >> 20} MiB` };
    try {
      const text = decoder.decode(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
      return { kind: 'text', text: text.endsWith('\r') ? text.slice(0, -1) : text };
    } catch {
      return { kind: 'unusable', problem: 'not valid UTF-8' };
    }
  };
  for (let offset = 0; ; ) {
    const chunk = await files.readBytes(file, { offset, length: CHUNK_BYTES });
    if (chunk.length === 0) break;
    offset += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(10, start); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (pendingBytes > 0) yield take();

  function keep(part: Uint8Array): void {
    if (part.length === 0) return;
    pendingBytes += part.length;
    if (pendingBytes <= MAX_LINE_BYTES) pending.push(part);
  }
}
