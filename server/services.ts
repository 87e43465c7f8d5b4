import path from 'node:path';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { customProfileNames } from '../engine/config/layers/custom-profiles.ts';
import type { FileReader } from '../engine/core/ports.ts';

/** What the features need from the world, passed in by the shell that starts the server. */
export interface ServerServices {
  /** Undefined where there is no disk (a browser): includes then count as unknown. */
  readonly files: FileReader | undefined;
  /** INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE. */
  readonly allowIncludeOutside: boolean;
  /** Variables that a run would see: they have a say in what counts. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folders whose YAML files are configurations, from the client's setting. */
  readonly configFolders?: readonly string[];
  /** Paths of the folders that are open: where the editor starts a run, and its relative paths begin. */
  readonly workspaceFolders?: readonly string[];
}

/** Where a run of a file starts: the innermost workspace folder around it, else its own folder. */
export function workingFolder(file: string, { workspaceFolders = [] }: ServerServices): string {
  const around = workspaceFolders.filter((folder) => {
    const inside = path.relative(folder, file);
    return inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside);
  });
  return (
    around.reduce((best, folder) => (folder.length > best.length ? folder : best), '') || path.dirname(file)
  );
}

/** Names of profiles that stand in files of INVARLOCK_CONFIG_ROOT, as a run of this file would find them. */
export async function profilesOfRoot(file: string, services: ServerServices): Promise<readonly string[]> {
  const { files, environment = {} } = services;
  return files ? customProfileNames(files, environment, workingFolder(file, services)).catch(() => []) : [];
}

/** A file reader that prefers what is open in the editor, so that an unsaved include counts as it is seen. */
export function withOpenDocuments(files: FileReader, open: () => Iterable<TextDocument>): FileReader {
  const textOf = (file: string): string | undefined => {
    for (const document of open()) {
      if (filePath(document.uri) === file) return document.getText();
    }
    return undefined;
  };
  return {
    async readBytes(path, range) {
      const text = textOf(path);
      if (text === undefined) return files.readBytes(path, range);
      const bytes = new TextEncoder().encode(text);
      return range ? bytes.subarray(range.offset, range.offset + range.length) : bytes;
    },
    async facts(path) {
      const text = textOf(path);
      return text === undefined ? files.facts(path) : { kind: 'file', sizeBytes: text.length };
    },
    list: (path) => files.list(path),
    open: (path) => files.open(path),
    async realPath(path) {
      try {
        return await files.realPath(path);
      } catch (error) {
        // A new document that was never saved has no path on the disk yet.
        if (textOf(path) !== undefined) return path;
        throw error;
      }
    },
  };
}

/** The path of a `file:` URI; undefined for documents that are no files. */
export function filePath(uri: string): string | undefined {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : undefined;
}

/** The `file:` URI of a path. Half a surrogate pair, as typing leaves behind, has no place in a URI. */
export function fileUri(path: string): string {
  return URI.file(path.toWellFormed()).toString();
}
