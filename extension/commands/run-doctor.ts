import * as vscode from 'vscode';
import { looksLikeCertifyConfig } from '../tasks/looks-like-certify-config.ts';
import type { MakeTask } from '../tasks/make-task.ts';
import { mayRun } from '../trust.ts';
import { runTask, saveFile } from './run-task.ts';

/** "InvarLock: Run Doctor": checks the machine, and the configuration in the active editor when there is one. */
export async function runDoctor(makeTask: MakeTask): Promise<void> {
  if (!mayRun('Doctor')) return;
  const document = vscode.window.activeTextEditor?.document;
  const isConfig = document?.languageId === 'yaml' && looksLikeCertifyConfig(document.getText());
  const file = isConfig && !document.isUntitled ? document.uri : undefined;
  if (file && !(await saveFile(file))) return;
  await runTask(makeTask, 'doctor', file);
}
