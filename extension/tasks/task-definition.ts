import type * as vscode from 'vscode';

export const TASK_TYPE = 'invarlock';

export type TaskCommand = 'certify' | 'verify' | 'doctor';

/** What a task of tasks.json says; `contributes.taskDefinitions` in package.json is its schema. */
export interface InvarLockTaskDefinition extends vscode.TaskDefinition {
  readonly type: typeof TASK_TYPE;
  readonly command: TaskCommand;
  readonly config?: string;
  readonly certificate?: string;
  readonly args?: readonly string[];
}

/** The definition when it is one of ours and usable, undefined otherwise. tasks.json is written by people. */
export function readTaskDefinition(definition: vscode.TaskDefinition): InvarLockTaskDefinition | undefined {
  const { type, command, config, certificate, args } = definition;
  if (type !== TASK_TYPE || !isTaskCommand(command)) return undefined;
  if (![config, certificate].every((value) => value === undefined || typeof value === 'string'))
    return undefined;
  if (args !== undefined && !(Array.isArray(args) && args.every((value) => typeof value === 'string')))
    return undefined;
  return definition as InvarLockTaskDefinition;
}

/**
 * The command line's arguments for a task.
 *
 * @example cliArguments({ type: 'invarlock', command: 'certify', config: 'pair.yaml' }) // ['certify', '-c', 'pair.yaml']
 */
export function cliArguments(definition: InvarLockTaskDefinition): string[] {
  const { command, config, certificate, args = [] } = definition;
  const inputs =
    command === 'verify'
      ? certificate === undefined
        ? []
        : [certificate]
      : config === undefined
        ? []
        : ['-c', config];
  return [command, ...inputs, ...args];
}

function isTaskCommand(value: unknown): value is TaskCommand {
  return value === 'certify' || value === 'verify' || value === 'doctor';
}
