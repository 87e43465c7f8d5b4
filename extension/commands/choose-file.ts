import * as vscode from 'vscode';

const MAX_LISTED = 100;

export interface FileKind {
  readonly matches: (uri: vscode.Uri) => boolean;
  readonly glob: string;
  readonly extension: string;
  readonly placeHolder: string;
}

export const configFile: FileKind = {
  matches: (uri) => /\.ya?ml$/u.test(uri.path),
  glob: '**/*.{yaml,yml}',
  extension: 'yaml',
  placeHolder: 'Configuration file with a certify section',
};

export const certificateFile: FileKind = {
  matches: (uri) => uri.path.endsWith('.cert.json'),
  glob: '**/*.cert.json',
  extension: 'json',
  placeHolder: 'Certificate',
};

/**
 * The file a command is about: the one it was called on, else the active editor's, else one that the user picks.
 * Only the last case looks through the workspace, because the user asked for it.
 */
export async function chooseFile(kind: FileKind, given: unknown): Promise<vscode.Uri | undefined> {
  // Code lenses come from the language server, which sends URIs as text.
  const named = typeof given === 'string' ? vscode.Uri.parse(given) : given;
  if (named instanceof vscode.Uri && kind.matches(named)) return named;
  const active = activeResource();
  if (active && kind.matches(active)) return active;
  const found = await vscode.workspace.findFiles(kind.glob, '**/node_modules/**', MAX_LISTED);
  if (found.length === 0) return browse(kind);
  const items = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: kind.placeHolder });
  return chosen?.uri;
}

/** Also the resource of a custom editor, which is no text editor. */
function activeResource(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri
    : undefined;
}

async function browse(kind: FileKind): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: false,
    filters: { [kind.placeHolder]: [kind.extension] },
  });
  return chosen?.[0];
}
