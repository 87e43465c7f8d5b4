import * as vscode from 'vscode';

/**
 * "InvarLock: Allow Network": sets INVARLOCK_ALLOW_NETWORK for what the extension starts, by a setting that says so and
 * can be taken back. A workspace that is not trusted cannot be given it.
 */
export async function allowNetwork(): Promise<void> {
  const target =
    vscode.workspace.workspaceFolders && vscode.workspace.isTrusted
      ? vscode.ConfigurationTarget.Workspace
      : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('invarlock').update('allowNetwork', true, target);
}
