import * as vscode from 'vscode';
import { findConfigs } from './find-configs.ts';
import type { MakeTask } from './make-task.ts';
import { readTaskDefinition, TASK_TYPE } from './task-definition.ts';

/** Offers certify for the configuration files at hand and doctor, and runs what tasks.json defines. */
export function registerTasks(makeTask: MakeTask): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TASK_TYPE, {
    async provideTasks() {
      const configs = await findConfigs();
      return [
        ...configs.map(({ folder, file }) =>
          makeTask({ type: TASK_TYPE, command: 'certify', config: file }, folder),
        ),
        makeTask({ type: TASK_TYPE, command: 'doctor' }, vscode.TaskScope.Workspace),
      ];
    },
    resolveTask(task) {
      const definition = readTaskDefinition(task.definition);
      if (!definition) return undefined;
      return makeTask(definition, typeof task.scope === 'object' ? task.scope : vscode.TaskScope.Workspace);
    },
  });
}
