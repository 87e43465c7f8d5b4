import * as vscode from 'vscode';

export interface Settings {
  /** Node.js that runs the command line; undefined means the one inside VS Code. */
  readonly nodePath: string | undefined;
  readonly openCertificate: boolean;
}

/** The settings as they are now, for one resource. VS Code drops `nodePath` of an untrusted workspace by itself. */
export function readSettings(resource?: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration('invarlock', resource ?? null);
  return {
    nodePath: configuration.get<string>('nodePath')?.trim() || undefined,
    openCertificate: configuration.get<boolean>('openCertificate') ?? true,
  };
}
