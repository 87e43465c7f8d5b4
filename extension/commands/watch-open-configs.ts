import * as vscode from 'vscode';
import { looksLikeCertifyConfig } from '../tasks/looks-like-certify-config.ts';

/**
 * Keeps the list by which the Certify button shows only on files that can be certified. A list of paths rather than a
 * yes or no about the active editor, so that each of several editors side by side has its own answer.
 */
export function watchOpenConfigs(): vscode.Disposable {
  let last = '[]';
  const update = () => {
    const paths = vscode.workspace.textDocuments
      .filter(({ languageId }) => languageId === 'yaml')
      .filter((document) => looksLikeCertifyConfig(document.getText()))
      .map(({ uri }) => uri.fsPath);
    const now = JSON.stringify(paths);
    if (now === last) return;
    last = now;
    void vscode.commands.executeCommand('setContext', 'invarlock.openConfigs', paths);
  };
  const updateFor = ({ languageId }: vscode.TextDocument) => {
    if (languageId === 'yaml') update();
  };
  update();
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(updateFor),
    vscode.workspace.onDidCloseTextDocument(updateFor),
    vscode.workspace.onDidChangeTextDocument(({ document }) => updateFor(document)),
  );
}
