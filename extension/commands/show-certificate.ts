import * as vscode from 'vscode';
import { certificateFile, chooseFile } from './choose-file.ts';

/** "InvarLock: Show Certificate": opens a certificate in its panel. Runs nothing, so it works in Restricted Mode. */
export async function showCertificate(given: unknown): Promise<void> {
  const file = await chooseFile(certificateFile, given);
  if (file) await vscode.commands.executeCommand('vscode.openWith', file, 'invarlock.certificate');
}
