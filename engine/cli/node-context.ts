import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFiles } from '../core/node-files.ts';
import type { Clock, Files } from '../core/ports.ts';
import { makeStyle, type Terminal } from './output/terminal.ts';

/** Everything a command gets from the world. Tests build their own. */
export interface CliContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly terminal: Terminal;
  /** The engine child's program: `engine-child.js` beside the bundle, the TypeScript source in development. */
  readonly childPath: string;
  /** Aborts when the user cancels. */
  readonly cancelled: AbortSignal;
}

/** How long a cancelled command may take to clean up. */
const GRACE_MS = 5000;

export function nodeContext(): CliContext {
  const { argv, env, stdout, stderr } = process;
  // Both, because results go to one and problems to the other, and either may be a file.
  const colour =
    stdout.isTTY === true &&
    stderr.isTTY === true &&
    (env.NO_COLOR ?? '').trim() === '' &&
    !argv.includes('--no-color');
  // A reader that goes away early (`| head`) is no failure of the command; its exit code still says the outcome.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  let rewritten = false;
  const clear = () => {
    if (rewritten) stderr.write('\r\u001b[K');
    rewritten = false;
  };
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      cancel.abort();
      // An evaluation stops at its next window and cleans up; work that does not look is ended, not waited for.
      setTimeout(() => process.exit(130), GRACE_MS).unref();
    });
  }
  return {
    files: nodeFiles,
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    environment: env,
    workingFolder: process.cwd(),
    terminal: {
      out: (line) => {
        clear();
        stdout.write(`${line}\n`);
      },
      err: (line) => {
        clear();
        stderr.write(`${line}\n`);
      },
      rewrite: stderr.isTTY
        ? (line) => {
            stderr.write(`\r\u001b[K${line}`);
            rewritten = line !== '';
          }
        : undefined,
      style: makeStyle(colour),
    },
    childPath: childPath(),
    cancelled: cancel.signal,
  };
}

function childPath(): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.ts')
    ? path.resolve(path.dirname(here), '../runtime/ort-child.ts')
    : path.join(path.dirname(here), 'engine-child.js');
}
