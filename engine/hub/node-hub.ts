import * as fs from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { nodeFiles } from '../core/node-files.ts';
import type { Clock } from '../core/ports.ts';
import type { DownloadProgress, Hub, HubFiles } from './hub-ports.ts';
import { nodeHttpGet } from './node-http.ts';

export interface NodeHubOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** The hub on Node's own file system and network. Whether the network is used is decided by the settings. */
export function nodeHub({ environment, clock, cancelled, onProgress }: NodeHubOptions): Hub {
  return {
    environment,
    files: nodeFiles,
    network: {
      files: nodeHubFiles,
      get: nodeHttpGet(environment),
      clock,
      wait: waitFor,
      cancelled,
      environment,
      owner: { host: hostname(), pid: process.pid, isRunning },
      onProgress,
    },
  };
}

const nodeHubFiles: HubFiles = {
  ...nodeFiles,
  async link(target, link) {
    try {
      // Relative, so that a cache can be moved as a whole.
      await fs.symlink(path.relative(path.dirname(link), target), link);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EEXIST') return;
      // Windows asks for a privilege, and some file systems have no links.
      if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
      const copy = `${link}.${process.pid}.tmp`;
      await fs.copyFile(target, copy);
      await fs.rename(copy, link);
    }
  },
};

function waitFor(milliseconds: number, cancelled: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      cancelled.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    cancelled.addEventListener('abort', done, { once: true });
    if (cancelled.aborted) done();
  });
}

/** Signal 0 only asks. A process of somebody else is there too (EPERM). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
