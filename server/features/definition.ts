import path from 'node:path';
import type { Location, WorkspaceEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { filePath, fileUri } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { mentionsAt } from '../yaml/anchors.ts';
import { pathValues } from '../yaml/path-values.ts';
import { parseOnce } from '../yaml/read-once.ts';

/** Where an alias was anchored, or the file that an include names. */
export function definition(document: TextDocument, offset: number): Location | null {
  const text = document.getText();
  const anchor = mentionsAt(text, offset).find(({ kind }) => kind === 'anchor');
  if (anchor) return { uri: document.uri, range: toLspRange(document, anchor.range) };
  const own = filePath(document.uri);
  const root = parseOnce(text, { kind: 'file' }).value;
  if (own === undefined || !root) return null;
  const include = pathValues(root).find(
    ({ kind, range }) => kind === 'include' && range.start <= offset && offset <= range.end,
  );
  if (!include) return null;
  const uri = fileUri(path.resolve(path.dirname(own), include.path));
  const start = { line: 0, character: 0 };
  return { uri, range: { start, end: start } };
}

/** An anchor and its aliases. */
export function references(document: TextDocument, offset: number, withAnchor: boolean): Location[] {
  return mentionsAt(document.getText(), offset)
    .filter(({ kind }) => withAnchor || kind === 'alias')
    .map(({ range }) => ({ uri: document.uri, range: toLspRange(document, range) }));
}

/** The name under the cursor, when it can be renamed. */
export function renameTarget(document: TextDocument, offset: number) {
  const own = mentionsAt(document.getText(), offset).find(
    ({ range }) => range.start - 1 <= offset && offset <= range.end,
  );
  return own ? { range: toLspRange(document, own.range), placeholder: own.name } : null;
}

/** Renames an anchor and its aliases; null for a name that YAML does not allow. */
export function rename(document: TextDocument, offset: number, newName: string): WorkspaceEdit | null {
  if (!/^[^\s,[\]{}]+$/.test(newName)) return null;
  const edits = mentionsAt(document.getText(), offset).map(({ range }) => ({
    range: toLspRange(document, range),
    newText: newName,
  }));
  return { changes: { [document.uri]: edits } };
}
