import * as vscode from 'vscode';
import type { TextRange } from '../../engine/core/findings.ts';

/** Opens the certificate in the text editor, with a range selected when there is one. */
export async function showInText(document: vscode.TextDocument, range: TextRange | null): Promise<void> {
  const options: vscode.TextDocumentShowOptions = range
    ? { selection: new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)) }
    : {};
  await vscode.commands.executeCommand('vscode.openWith', document.uri, 'default', options);
}
