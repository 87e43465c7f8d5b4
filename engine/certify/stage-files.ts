import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { FileWriter } from '../core/ports.ts';
import { writeFailure } from '../core/write-failure.ts';

/** Files that are written but not yet under their names. */
export interface StagedFiles {
  /** Gives every file its name, in the order in which they were staged. */
  commit(): Promise<void>;
  /** Removes what has not got its name. */
  discard(): Promise<void>;
}

/**
 * Writes files beside their final names, so that everything that can fail (a full disk, a missing permission) has failed
 * before the first of them appears. U705 says which could not be written.
 */
export async function stageFiles(
  files: FileWriter,
  contents: readonly (readonly [file: string, content: string])[],
): Promise<StagedFiles> {
  const mark = randomBytes(4).toString('hex');
  const staged = contents.map(([file]) =>
    path.join(path.dirname(file), `.${path.basename(file)}.${mark}.new`),
  );
  const discard = async () => {
    for (const file of staged) await files.remove(file);
  };
  for (const [index, [file, content]] of contents.entries()) {
    try {
      await files.writeAtomic(staged[index] ?? file, content);
    } catch (cause) {
      await discard();
      throw writeFailure(file, cause);
    }
  }
  return {
    async commit() {
      for (const [index, [file]] of contents.entries()) {
        try {
          await files.rename(staged[index] ?? file, file);
        } catch (cause) {
          await discard();
          throw writeFailure(file, cause);
        }
      }
    },
    discard,
  };
}
