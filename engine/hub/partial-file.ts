import path from 'node:path';
import type { HubNetwork } from './hub-ports.ts';

/** The part of a blob that is there already, in a file that belongs to this process. */
export interface PartialFile {
  readonly file: string;
  sizeBytes(): Promise<number>;
  append(bytes: Uint8Array): Promise<void>;
  /** Forgets what was there. */
  clear(): Promise<void>;
  /** Leaves it for the next run to go on with. */
  release(): Promise<void>;
}

const suffix = '.invarlock.incomplete';

/**
 * Takes the partial download of a blob. A rename decides which of several processes goes on with one that was left; the
 * others begin files of their own, whose names say who writes them, so that those of a process that was killed are
 * found again.
 *
 * The Python libraries' own partial files are left alone: they may be written to right now.
 */
export async function claimPartial(
  { files, owner }: Pick<HubNetwork, 'files' | 'owner'>,
  blobs: string,
  digest: string,
): Promise<PartialFile> {
  const left = path.join(blobs, `${digest}${suffix}`);
  const host = owner.host.replaceAll(/[^A-Za-z0-9-]/gu, '-').slice(0, 40);
  const file = path.join(blobs, `${digest}.${host}.${owner.pid}${suffix}`);
  const candidates = [left, ...(await abandoned(files, blobs, `${digest}.${host}.`, owner))];
  for (const candidate of candidates) {
    if (candidate === file || (await files.facts(candidate))?.kind !== 'file') continue;
    if (await moved(files, candidate, file)) break;
  }
  return {
    file,
    sizeBytes: async () => (await files.facts(file))?.sizeBytes ?? 0,
    append: (bytes) => files.append(file, bytes),
    clear: () => files.remove(file),
    release: async () => {
      if (await files.facts(file)) await moved(files, file, left);
    },
  };
}

/** Files of processes of this machine that are no more. */
async function abandoned(
  files: HubNetwork['files'],
  blobs: string,
  prefix: string,
  { isRunning }: HubNetwork['owner'],
): Promise<string[]> {
  const names = (await files.list(blobs)).filter((name) => name.startsWith(prefix) && name.endsWith(suffix));
  return names
    .filter((name) => {
      const pid = Number(name.slice(prefix.length, -suffix.length));
      return Number.isSafeInteger(pid) && pid > 0 && !isRunning(pid);
    })
    .map((name) => path.join(blobs, name));
}

/** False when another process was quicker. */
async function moved(files: HubNetwork['files'], from: string, to: string): Promise<boolean> {
  try {
    await files.rename(from, to);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EPERM' || code === 'EEXIST') return false;
    throw error;
  }
}
