import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { InvarLockError } from '../../core/errors.ts';
import type { CliContext } from '../node-context.ts';

/**
 * `invarlock lsp`: the language server over stdio. It is a program of its own, because the engine knows no editor
 * protocol; the child gets this process's streams as they are.
 */
export function lspCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('lsp')
    .description('Start the language server on standard input and output, for any editor.')
    .option('--stdio', 'talk over standard input and output (the only way, and the default)')
    .addHelpText(
      'after',
      '\nIt serves *.invarlock.yaml, invarlock.yaml and *.cert.json. Exit code: that of the server.\n\nExamples:\n  invarlock lsp\n  nvim: vim.lsp.start({ name = "invarlock", cmd = { "invarlock", "lsp" } })',
    )
    .action(async () => settle(await serve(serverPath(), context.cancelled)));
}

async function serve(program: string, cancelled: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: 'inherit' });
  const stop = () => child.kill('SIGTERM');
  cancelled.addEventListener('abort', stop);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (cause) =>
        reject(new InvarLockError('U703', `The language server at ${program} did not start.`, { cause })),
      );
      // A server that was told to stop did what it was told.
      child.once('exit', (code) => resolve(code ?? (cancelled.aborted ? 0 : 1)));
    });
  } finally {
    cancelled.removeEventListener('abort', stop);
  }
}

/** `server.js` beside the bundle; the TypeScript source in development. */
function serverPath(): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.ts')
    ? path.resolve(path.dirname(here), '../../../server/main-node.ts')
    : path.join(path.dirname(here), 'server.js');
}
