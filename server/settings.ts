/** What a user may set; an editor sends it as the section `invarlock`, any client as initialization options. */
export interface ServerSettings {
  /** Folders whose YAML files are configurations. */
  readonly configFolders: readonly string[];
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
  /** Whether what the editor starts may download; the server itself opens no connection. */
  readonly allowNetwork: boolean;
}

/** Reads foreign settings; what is missing or of another type is left as it is by default. */
export function readSettings(given: unknown): ServerSettings {
  const settings: Record<string, unknown> = typeof given === 'object' && given !== null ? { ...given } : {};
  const folders = settings.configFolders;
  return {
    configFolders: Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [],
    inlayHints: settings.inlayHints !== false,
    codeLens: settings.codeLens !== false,
    allowNetwork: settings.allowNetwork === true,
  };
}
