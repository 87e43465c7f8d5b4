import type { FileReader } from '../../core/ports.ts';

const chunkBytes = 1 << 18;
/** An editor asks while someone types, so a huge corpus is not read to its end. */
const budgetBytes = 16 << 20;

/**
 * The lines of files that are not blank, counted until there are enough. Undefined when the budget runs out first: then
 * nobody knows, and nothing may be said.
 */
export async function countLines(
  files: FileReader,
  names: readonly string[],
  enough: number,
): Promise<number | undefined> {
  let count = 0;
  let readBytes = 0;
  for (const name of names) {
    let isBlank = true;
    for (let offset = 0; ; ) {
      if (readBytes >= budgetBytes) return undefined;
      const chunk = await files.readBytes(name, { offset, length: chunkBytes });
      if (chunk.length === 0) break;
      offset += chunk.length;
      readBytes += chunk.length;
      for (const byte of chunk) {
        if (byte === 0x0a) {
          if (!isBlank) count += 1;
          isBlank = true;
        } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) {
          isBlank = false;
        }
      }
      if (count >= enough) return count;
    }
    if (!isBlank) count += 1;
  }
  return count;
}
