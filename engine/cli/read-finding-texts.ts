import type { Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';

/** The texts of the files that findings point into, so that a place can be shown as line and column. */
export async function readFindingTexts(
  files: FileReader,
  findings: readonly Pick<Finding, 'file' | 'range'>[],
): Promise<(file: string) => string | undefined> {
  const texts = new Map<string, string>();
  for (const { file, range } of findings) {
    if (file === undefined || !range || texts.has(file)) continue;
    try {
      texts.set(file, new TextDecoder().decode(await files.readBytes(file)));
    } catch {
      // The finding is shown without a place then; it says itself what is wrong with the file.
    }
  }
  return (file) => texts.get(file);
}
