import * as vscode from 'vscode';
import { looksLikeCertifyConfig } from '../tasks/looks-like-certify-config.ts';
import type { MakeTask } from '../tasks/make-task.ts';
import { mayRun } from '../trust.ts';
import { runTask, saveFile } from './run-task.ts';

/** "InvarLock: Run Doctor": checks the machine, and the configuration that it was called on or that is being edited. */
export async function runDoctor(makeTask: MakeTask, given: unknown): Promise<void> {
  if (!mayRun('Doctor')) return;
  const file = typeof given === 'string' ? vscode.Uri.parse(given) : activeConfig();
  if (file && !(await saveFile(file))) return;
  await runTask(makeTask, 'doctor', file);
}

function activeConfig(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  const isConfig = document?.languageId === 'yaml' && looksLikeCertifyConfig(document.getText());
  return isConfig && !document.isUntitled ? document.uri : undefined;
}
