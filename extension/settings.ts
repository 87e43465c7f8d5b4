import * as vscode from 'vscode';

export interface Settings {
  /** Node.js that runs the command line; undefined means the one inside VS Code. */
  readonly nodePath: string | undefined;
  readonly openCertificate: boolean;
  /** INVARLOCK_ALLOW_NETWORK for what the extension starts. */
  readonly allowNetwork: boolean;
  /** Measure again what doctor finds when a configuration is saved. */
  readonly doctorOnSave: boolean;
}

/**
 * The settings as they are now, for one resource. VS Code drops those of an untrusted workspace that
 * `restrictedConfigurations` lists by itself.
 */
export function readSettings(resource?: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration('invarlock', resource ?? null);
  return {
    nodePath: configuration.get<string>('nodePath')?.trim() || undefined,
    openCertificate: configuration.get<boolean>('openCertificate') ?? true,
    allowNetwork: configuration.get<boolean>('allowNetwork') ?? false,
    doctorOnSave: configuration.get<boolean>('doctorOnSave') ?? true,
  };
}
