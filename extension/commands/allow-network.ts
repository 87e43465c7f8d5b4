import * as vscode from 'vscode';

/**
 * "InvarLock: Allow Network": sets INVARLOCK_ALLOW_NETWORK for what the extension starts, by a setting that says so and
 * can be taken back.
 */
export async function allowNetwork(): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      'Nothing runs in a workspace that is not trusted. Trust it first (command "Workspaces: Manage Workspace Trust").',
    );
    return;
  }
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('invarlock').update('allowNetwork', true, target);
}
