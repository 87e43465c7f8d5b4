import { InvarLockError } from '../core/errors.ts';
import type { FileReader } from '../core/ports.ts';

/** A UTF-8 file as text. U703 when it is not there, U701 when it is larger than the limit or not UTF-8. */
export async function readTextFile(files: FileReader, file: string, maxBytes = 64 << 20): Promise<string> {
  const facts = await files.facts(file);
  if (!facts) throw new InvarLockError('U703', `No file at ${file}.`);
  if (facts.kind !== 'file') {
    const what = facts.kind === 'folder' ? 'a folder' : 'a special file';
    throw new InvarLockError('U703', `${file} is ${what}, where a file is needed.`);
  }
  if (facts.sizeBytes > maxBytes) {
    throw new InvarLockError('U701', `${file} has ${facts.sizeBytes} bytes; the limit is ${maxBytes}.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await files.readBytes(file));
  } catch (cause) {
    throw new InvarLockError('U701', `${file} is not a UTF-8 text.`, { cause });
  }
}
