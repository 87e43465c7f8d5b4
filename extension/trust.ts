import * as vscode from 'vscode';

/**
 * True when processes may be started. The menus are hidden in Restricted Mode as well, but a command can also be run by
 * a key binding or by another extension, so the code asks again.
 */
export function mayRun(what: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  void vscode.window.showWarningMessage(
    `${what} runs a program on this workspace's files. Trust the workspace first (command "Workspaces: Manage Workspace Trust").`,
  );
  return false;
}
