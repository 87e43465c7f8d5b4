import path from 'node:path';
import type { FileReader } from '../core/ports.ts';

/**
 * The folders that the files of a model may lie in: the model folder itself and, in a Hugging Face cache, the folder
 * that the links below `snapshots/<revision>` lead into. A link that leads elsewhere would bring in foreign files.
 */
export async function modelRoots(files: FileReader, folder: string): Promise<readonly string[]> {
  const real = await files.realPath(folder);
  const steps = real.split(path.sep);
  const snapshots = steps.lastIndexOf('snapshots');
  // Below the revision there may be subfolders, as repositories with several models have them.
  const isCache = snapshots > 0 && snapshots < steps.length - 1;
  return isCache ? [real, [...steps.slice(0, snapshots), 'blobs'].join(path.sep)] : [real];
}
