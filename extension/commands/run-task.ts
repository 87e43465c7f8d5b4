import * as vscode from 'vscode';
import type { MakeTask } from '../tasks/make-task.ts';
import { type InvarLockTaskDefinition, TASK_TYPE, type TaskCommand } from '../tasks/task-definition.ts';

/** Runs a command on a file as a task, so that it gets a terminal, problems, and the same ending as one of tasks.json. */
export async function runTask(
  makeTask: MakeTask,
  command: TaskCommand,
  file: vscode.Uri | undefined,
): Promise<void> {
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  const input = file && (folder ? vscode.workspace.asRelativePath(file, false) : file.fsPath);
  const definition: InvarLockTaskDefinition = {
    type: TASK_TYPE,
    command,
    ...(input === undefined ? {} : command === 'verify' ? { certificate: input } : { config: input }),
  };
  await vscode.tasks.executeTask(makeTask(definition, folder ?? vscode.TaskScope.Workspace));
}

/** The command line reads the disk: what was typed must be there. */
export async function saveFile(file: vscode.Uri): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === file.toString());
  return !document?.isDirty || document.save();
}
