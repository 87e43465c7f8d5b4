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

/** Opens `<parent>/<stamp>`, with `_2` and so on when the name is taken (decisions: artifacts). */
export async function openRunFolder(files: Files, parent: string, now: Date): Promise<RunFolder> {
  const stamp = folderStamp(now);
  let name = stamp;
  for (let count = 2; (await files.facts(path.join(parent, name))) !== undefined; count += 1) name = `${stamp}_${count}`;
  const finalPath = path.join(parent, name);
  const workingPath = path.join(parent, `.${name}.partial`);
  await files.remove(workingPath);
  await files.createFolder(workingPath);
  return {
    workingPath,
    finalPath,
    finish: () => files.rename(workingPath, finalPath),
    discard: () => files.remove(workingPath),
  };
}
