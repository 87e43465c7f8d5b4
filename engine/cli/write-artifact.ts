import { InvarLockError } from '../core/errors.ts';
import type { FileWriter } from '../core/ports.ts';

/** Writes a file whole or not at all. U705 says why it could not be. */
export async function writeArtifact(files: FileWriter, file: string, text: string): Promise<void> {
  try {
    await files.writeAtomic(file, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvarLockError('U705', `${file} could not be written: ${reason}`, { cause });
  }
}
