import * as vscode from 'vscode';
import type { ServerConnection } from '../client/server-connection.ts';
import type { MakeTask } from '../tasks/make-task.ts';
import { certify } from './certify.ts';
import { runDoctor } from './run-doctor.ts';
import { showCertificate } from './show-certificate.ts';
import { verifyCertificate } from './verify-certificate.ts';

export function registerCommands(
  connection: ServerConnection,
  makeTask: MakeTask,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands: Readonly<Record<string, (given: unknown) => unknown>> = {
    'invarlock.certify': (given) => certify(makeTask, given),
    'invarlock.verifyCertificate': (given) => verifyCertificate(makeTask, given),
    'invarlock.runDoctor': (given) => runDoctor(makeTask, given),
    'invarlock.showCertificate': showCertificate,
    'invarlock.restartServer': () => connection.restart(),
    'invarlock.showLog': () => log.show(),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
}
