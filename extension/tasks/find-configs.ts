import * as vscode from 'vscode';
import { looksLikeCertifyConfig } from './looks-like-certify-config.ts';

const MAX_FILES = 20;

export interface FoundConfig {
  readonly folder: vscode.WorkspaceFolder;
  /** Relative to the folder. */
  readonly file: string;
}

/** Configuration files with a certify section near the top of each workspace folder; never a search of everything. */
export async function findConfigs(): Promise<readonly FoundConfig[]> {
  const found: FoundConfig[] = [];
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const pattern = new vscode.RelativePattern(folder, '{*,configs/*,.invarlock/*}.{yaml,yml}');
    const uris = await vscode.workspace.findFiles(pattern, null, MAX_FILES);
    const sorted = uris.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    for (const uri of sorted) {
      const text = await readText(uri);
      if (text !== undefined && looksLikeCertifyConfig(text))
        found.push({ folder, file: vscode.workspace.asRelativePath(uri, false) });
    }
  }
  return found;
}

/** A file that vanished meanwhile is no configuration. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
