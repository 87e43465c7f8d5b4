import path from 'node:path';
import type { Files } from '../core/ports.ts';

/** A run's folder while it is being written. Readers only ever see the finished folder under its final name. */
export interface RunFolder {
  /** Where to write now. */
  readonly workingPath: string;
  /** Where it will be. */
  readonly finalPath: string;
  /** Gives the folder its final name. */
  finish(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

/** `YYYYMMDD_HHMMSS` in local time (spec 01 §8.3). */
export function folderStamp(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}_${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/**
 * Opens `<parent>/<stamp>`, with `_2` and so on when the name is taken (decisions: artifacts). The working folder is
 * claimed by an exclusive mkdir, so that two runs that start in the same second never share one.
 */
export async function openRunFolder(files: Files, parent: string, now: Date): Promise<RunFolder> {
  const firstNew = await firstMissing(files, parent);
  await files.createFolder(parent);
  const stamp = folderStamp(now);
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? stamp : `${stamp}_${count}`;
    const finalPath = path.join(parent, name);
    const workingPath = path.join(parent, `.${name}.partial`);
    if ((await files.facts(finalPath)) !== undefined || !(await files.claimFolder(workingPath))) continue;
    // Another run may have finished under this name between the look and the claim.
    if ((await files.facts(finalPath)) !== undefined) {
      await files.remove(workingPath);
      continue;
    }
    return {
      workingPath,
      finalPath,
      finish: () => files.rename(workingPath, finalPath),
      async discard() {
        await files.remove(workingPath);
        // Folders that stand only because of this run go with it, unless something else has moved in.
        if (firstNew !== undefined) await removeEmptyFolders(files, parent, firstNew);
      },
    };
  }
}

/** The topmost folder on the way to `folder` that does not exist yet. */
async function firstMissing(files: Files, folder: string): Promise<string | undefined> {
  let missing: string | undefined;
  for (let current = folder; (await files.facts(current)) === undefined; current = path.dirname(current)) {
    missing = current;
    if (current === path.dirname(current)) break;
  }
  return missing;
}

async function removeEmptyFolders(files: Files, from: string, upTo: string): Promise<void> {
  for (let current = from; current.startsWith(upTo); current = path.dirname(current)) {
    if ((await files.facts(current))?.kind === 'folder' && (await files.list(current)).length > 0) return;
    await files.remove(current);
  }
}
