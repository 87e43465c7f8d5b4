import * as vscode from 'vscode';
import { looksLikeCertifyConfig } from '../tasks/looks-like-certify-config.ts';

/** Keeps the context key that shows the Certify button only in editors of files that can be certified. */
export function watchActiveConfig(): vscode.Disposable {
  let last: boolean | undefined;
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const isConfig = document?.languageId === 'yaml' && looksLikeCertifyConfig(document.getText());
    if (isConfig === last) return;
    last = isConfig;
    void vscode.commands.executeCommand('setContext', 'invarlock.isConfigActive', isConfig);
  };
  update();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === vscode.window.activeTextEditor?.document) update();
    }),
  );
}
