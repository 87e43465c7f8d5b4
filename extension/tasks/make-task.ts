import path from 'node:path';
import * as vscode from 'vscode';
import { readSettings } from '../settings.ts';
import { type CliResult, cliTerminal } from './cli-terminal.ts';
import type { InvarLockTaskDefinition } from './task-definition.ts';

type TaskScope = vscode.WorkspaceFolder | vscode.TaskScope.Workspace;
export type MakeTask = (definition: InvarLockTaskDefinition, scope: TaskScope) => vscode.Task;

/** Makes tasks that run the command line at `cliPath`; `onEnd` hears how each of them ended. */
export function taskMaker(
  cliPath: string,
  onEnd: (definition: InvarLockTaskDefinition, result: CliResult) => void,
): MakeTask {
  return (definition, scope) => {
    const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
    const workingFolder = folder?.uri.fsPath ?? folderOfInput(definition);
    const execution = new vscode.CustomExecution(async () => {
      const { nodePath, allowNetwork } = readSettings(folder?.uri);
      return cliTerminal({ definition, cliPath, workingFolder, nodePath, allowNetwork }, (result) =>
        onEnd(definition, result),
      );
    });
    const task = new vscode.Task(definition, scope, taskName(definition), 'invarlock', execution, [
      '$invarlock',
    ]);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
    task.detail = details[definition.command];
    return task;
  };
}

const details = {
  certify: 'Certify the subject against its baseline',
  verify: 'Check a certificate again',
  doctor: 'Check whether a run could start',
} as const;

function taskName({ command, config, certificate }: InvarLockTaskDefinition): string {
  const input = command === 'verify' ? certificate : config;
  return input === undefined ? command : `${command} ${input}`;
}

/** Without a workspace folder the inputs are absolute paths. */
function folderOfInput({ config, certificate }: InvarLockTaskDefinition): string {
  return path.dirname(path.resolve(config ?? certificate ?? '.'));
}
