import * as vscode from 'vscode';
import { registerCertificateEditor } from './certificate-editor/certificate-editor-provider.ts';
import { startServerConnection } from './client/server-connection.ts';
import { registerCommands } from './commands/register-commands.ts';
import { watchOpenConfigs } from './commands/watch-open-configs.ts';
import { taskMaker } from './tasks/make-task.ts';
import { openWrittenCertificate } from './tasks/open-written-certificate.ts';
import { registerTasks } from './tasks/task-provider.ts';

/** Activation only: what takes time (the language server, a run) starts by itself and is not waited for. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('InvarLock', { log: true });
  const connection = startServerConnection(context, log);
  const makeTask = taskMaker(context.asAbsolutePath('dist/cli.js'), (definition, result) => {
    log.info(`${definition.command} ended with exit code ${result.exitCode}`);
    if (definition.command === 'certify') void openWrittenCertificate(result);
  });
  context.subscriptions.push(
    log,
    connection,
    registerTasks(makeTask),
    registerCertificateEditor(context, connection, log),
    registerCommands(connection, makeTask, log),
    watchOpenConfigs(),
  );
}
