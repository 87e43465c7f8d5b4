import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import type { FileFacts, Files } from './ports.ts';

/** The `Files` port on Node's file system. */
export const nodeFiles: Files = {
  async readBytes(file, range) {
    if (!range) return fs.readFile(file);
    const handle = await fs.open(file, 'r');
    try {
      return await readRange(handle, range.offset, range.length);
    } finally {
      await handle.close();
    }
  },

  async facts(file): Promise<FileFacts | undefined> {
    try {
      return factsOf(await fs.stat(file, { bigint: true }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  async list(folder) {
    return (await fs.readdir(folder)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  },

  realPath: (file) => fs.realpath(file),

  async open(file) {
    // Without waiting, so that a pipe is only found to be one. Windows has neither flag.
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    const handle = await fs.open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      return {
        facts: factsOf(await handle.stat({ bigint: true })),
        read: (offset, length) => readRange(handle, offset, length),
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  },

  createFolder,

  async claimFolder(folder) {
    try {
      await fs.mkdir(folder);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  },

  async writeAtomic(file, content) {
    await createFolder(path.dirname(file));
    // The temporary file stands in the same folder, because a rename is atomic only within one file system.
    const temporary = path.join(
      path.dirname(file),
      `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`,
    );
    try {
      const handle = await fs.open(temporary, 'wx');
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fs.rename(temporary, file);
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
  },

  append: (file, content) => fs.appendFile(file, content),
  rename: (from, to) => fs.rename(from, to),
  async remove(file) {
    try {
      await fs.rm(file, { recursive: true, force: true });
    } catch (error) {
      // Below a file there is nothing to remove either.
      if (!isMissing(error)) throw error;
    }
  },
};

function factsOf(stat: BigIntStats): FileFacts {
  return {
    kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other',
    sizeBytes: Number(stat.size),
    linkCount: Number(stat.nlink),
    identity: [stat.dev, stat.ino, stat.size, stat.mtimeNs].join(':'),
  };
}

async function readRange(handle: fs.FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * Makes a folder level by level. The platform's recursive mkdir tries for ever on file systems that answer ENOENT to a new
 * folder in an existing one, such as procfs. Levels that were made are removed when a later one fails.
 */
async function createFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  let current = path.resolve(folder);
  while ((await nodeFiles.facts(current)) === undefined && path.dirname(current) !== current) {
    missing.unshift(current);
    current = path.dirname(current);
  }
  // What is there already need not be a folder; the platform then says what it is.
  if (missing.length === 0) missing.push(current);
  const made: string[] = [];
  try {
    for (const level of missing) if (await createLevel(level)) made.unshift(level);
  } catch (error) {
    for (const level of made) await fs.rmdir(level).catch(() => undefined);
    throw error;
  }
}

/** False when the folder is there already, perhaps because another process made it meanwhile. */
async function createLevel(folder: string): Promise<boolean> {
  try {
    await fs.mkdir(folder);
    return true;
  } catch (error) {
    if ((await nodeFiles.facts(folder))?.kind === 'folder') return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
