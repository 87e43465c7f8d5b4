import * as vscode from 'vscode';
import { registerCertificateEditor } from './certificate-editor/certificate-editor-provider.ts';
import { startServerConnection } from './client/server-connection.ts';
import { registerCommands } from './commands/register-commands.ts';
import { watchOpenConfigs } from './commands/watch-open-configs.ts';
import { measuredDiagnostics } from './doctor/measured-diagnostics.ts';
import { taskMaker } from './tasks/make-task.ts';
import { openWrittenCertificate } from './tasks/open-written-certificate.ts';
import { registerTasks } from './tasks/task-provider.ts';

/** What other extensions and our own tests may ask. */
export interface InvarLockExtension {
  /** False as long as no document of ours was open: nothing runs until then. */
  isServerStarted(): boolean;
}

/** Activation only: what takes time (the language server, a run) starts when it is needed and is not waited for. */
export function activate(context: vscode.ExtensionContext): InvarLockExtension {
  const log = vscode.window.createOutputChannel('InvarLock', { log: true });
  const connection = startServerConnection(context, log);
  const cliPath = context.asAbsolutePath('dist/cli.js');
  const measured = measuredDiagnostics(cliPath, log);
  const makeTask = taskMaker(cliPath, ({ command, args }, result) => {
    log.info(`${command} ended with exit code ${result.exitCode}`);
    if (command === 'certify') void openWrittenCertificate(result);
    // The terminal has shown the findings; the lines that cause them show them too.
    const couldNotRun = command === 'certify' && result.exitCode === 2;
    if (result.config !== undefined && (command === 'doctor' || couldNotRun))
      void measured.check(vscode.Uri.file(result.config), command === 'doctor' ? args : []);
  });
  context.subscriptions.push(
    log,
    connection,
    measured,
    registerTasks(makeTask),
    registerCertificateEditor(context, connection, log),
    registerCommands(connection, makeTask, log),
    watchOpenConfigs(),
  );
  return { isServerStarted: () => connection.isStarted };
}
