import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { exitMeaning } from './exit-meaning.ts';
import { certificateInLine, outputLines, progressInLine } from './output-lines.ts';
import { type CliStart, startCli } from './start-cli.ts';
import { cliArguments, type InvarLockTaskDefinition } from './task-definition.ts';

export interface CliRun extends CliStart {
  readonly definition: InvarLockTaskDefinition;
}

export interface CliResult {
  readonly exitCode: number;
  /** The configuration that was run, absolute. */
  readonly config: string | undefined;
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
    const config = run.definition.config && path.resolve(run.workingFolder, run.definition.config);
    onEnd({ exitCode, config, certificate });
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
          child = startCli(run, args);
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

/** Only for the line that shows what runs: no shell ever sees it. */
function quoteForReading(argument: string): string {
  return /^[\w@%+=:,./\\-]+$/u.test(argument) ? argument : JSON.stringify(argument);
}
