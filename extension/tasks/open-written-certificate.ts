import * as vscode from 'vscode';
import { readSettings } from '../settings.ts';
import type { CliResult } from './cli-terminal.ts';

/** Opens the certificate that a run has written. A gate that fails has one too, and it is the one people want to read. */
export async function openWrittenCertificate({ certificate }: CliResult): Promise<void> {
  if (certificate === undefined) return;
  const uri = vscode.Uri.file(certificate);
  if (!readSettings(uri).openCertificate) return;
  await vscode.commands.executeCommand('vscode.openWith', uri, 'invarlock.certificate');
}
