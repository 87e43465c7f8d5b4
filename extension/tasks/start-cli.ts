import { type ChildProcess, spawn } from 'node:child_process';

export interface CliStart {
  readonly cliPath: string;
  readonly workingFolder: string;
  /** Node.js to run it with; undefined means the one that runs the extension. */
  readonly nodePath: string | undefined;
  /** The setting that stands in for INVARLOCK_ALLOW_NETWORK. */
  readonly allowNetwork: boolean;
}

/** Starts the command line as a child process. No shell is involved, so no argument is ever interpreted. */
export function startCli(start: CliStart, args: readonly string[]): ChildProcess {
  const { cliPath, workingFolder, nodePath } = start;
  return spawn(nodePath ?? process.execPath, [cliPath, ...args], {
    cwd: workingFolder,
    env: cliEnvironment(start, process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/** What the command line sees of the environment. */
export function cliEnvironment(
  { nodePath, allowNetwork }: Pick<CliStart, 'nodePath' | 'allowNetwork'>,
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    ...environment,
    // The extension host's program is Electron on the desktop; the variable makes it a plain Node.
    ...(nodePath === undefined && { ELECTRON_RUN_AS_NODE: '1' }),
    ...(allowNetwork && { INVARLOCK_ALLOW_NETWORK: '1' }),
  };
}
