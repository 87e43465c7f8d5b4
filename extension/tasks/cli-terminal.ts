import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { exitMeaning } from './exit-meaning.ts';
import { certificateInLine, outputLines, progressInLine } from './output-lines.ts';
import { cliArguments, type InvarLockTaskDefinition } from './task-definition.ts';

export interface CliRun {
  readonly definition: InvarLockTaskDefinition;
  readonly cliPath: string;
  readonly workingFolder: string;
  /** Node.js to run it with; undefined means the one that runs the extension. */
  readonly nodePath: string | undefined;
}

export interface CliResult {
  readonly exitCode: number;
  /** The certificate that the run named, absolute. */
  readonly certificate: string | undefined;
}

/**
 * A terminal that runs the command line as a child process. Unlike a shell it lets the extension read along: progress
 * goes to the status bar too, and the certificate that a run names is known when it ends.
 */
export function cliTerminal(run: CliRun, onEnd: (result: CliResult) => void): vscode.Pseudoterminal {
  const write = new vscode.EventEmitter<string>();
  const close = new vscode.EventEmitter<number>();
  let child: ChildProcess | undefined;
  let certificate: string | undefined;

  const line = (text: string) => write.fire(`${text}\r\n`);
  const finish = (exitCode: number) => {
    child = undefined;
    line('');
    line(exitMeaning(run.definition.command, exitCode));
    close.fire(exitCode);
    onEnd({ exitCode, certificate });
  };

  const open = () => {
    const args = cliArguments(run.definition);
    line(`\u001b[1m> invarlock ${args.map(quoteForReading).join(' ')}\u001b[22m`);
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: `InvarLock: ${run.definition.command}` },
      (progress) =>
        new Promise<void>((resolve) => {
          const read = outputLines((text) => {
            line(text);
            const message = progressInLine(text);
            if (message) progress.report({ message });
            const named = certificateInLine(text, (file) =>
              existsSync(path.resolve(run.workingFolder, file)),
            );
            if (named) certificate = path.resolve(run.workingFolder, named);
          });
          child = start(run, args);
          child.stdout?.setEncoding('utf8').on('data', (text: string) => read.push(text));
          child.stderr?.setEncoding('utf8').on('data', (text: string) => read.push(text));
          child.once('error', (error) => {
            line(`The program could not be started: ${error.message}`);
            resolve();
            finish(2);
          });
          child.once('close', (code, signal) => {
            if (child === undefined) return;
            read.end();
            resolve();
            finish(code ?? (signal === null ? 1 : 130));
          });
        }),
    );
  };

  return {
    onDidWrite: write.event,
    onDidClose: close.event,
    open,
    close: () => child?.kill('SIGTERM'),
    handleInput: (text) => {
      if (text === '\u0003') child?.kill('SIGINT');
    },
  };
}

function start(run: CliRun, args: readonly string[]): ChildProcess {
  return spawn(run.nodePath ?? process.execPath, [run.cliPath, ...args], {
    cwd: run.workingFolder,
    // The extension host's program is Electron on the desktop; the variable makes it a plain Node.
    env: run.nodePath ? process.env : { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/** Only for the line that shows what runs: no shell ever sees it. */
function quoteForReading(argument: string): string {
  return /^[\w@%+=:,./\\-]+$/u.test(argument) ? argument : JSON.stringify(argument);
}
