import path from 'node:path';
import type { Location, WorkspaceEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type ConfigNode, nodeAt } from '../../engine/config/config-node.ts';
import type { Analysis } from '../analysis.ts';
import { filePath, fileUri } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { mentionsAt } from '../yaml/anchors.ts';
import { pathValues } from '../yaml/path-values.ts';
import { parseOnce } from '../yaml/read-once.ts';
import { targetAt } from '../yaml/target-at.ts';

/** Where an alias was anchored, the file that an include names, or the twin of a key: what it overrides in `defaults`. */
export function definition(document: TextDocument, offset: number, analysis: Analysis): Location | null {
  const text = document.getText();
  const anchor = mentionsAt(text, offset).find(({ kind }) => kind === 'anchor');
  if (anchor) return { uri: document.uri, range: toLspRange(document, anchor.range) };
  const own = filePath(document.uri);
  const root = parseOnce(text, { kind: 'file' }).value;
  if (!root) return null;
  if (own === undefined) return twinOf(document, root, offset, analysis);
  const include = pathValues(root).find(
    ({ kind, range }) => kind === 'include' && range.start <= offset && offset <= range.end,
  );
  if (!include) return twinOf(document, root, offset, analysis);
  const uri = fileUri(path.resolve(path.dirname(own), include.path));
  const start = { line: 0, character: 0 };
  return { uri, range: { start, end: start } };
}

/** The same key in `defaults`, also where that is another file; from `defaults` the key that overrides it. */
function twinOf(
  document: TextDocument,
  root: ConfigNode,
  offset: number,
  { file, includes }: Analysis,
): Location | null {
  const target = targetAt(root, offset);
  if (!target?.onKey) return null;
  const { pointer } = target;
  const isDefault = pointer.startsWith('/defaults/');
  const twin = nodeAt(root, isDefault ? pointer.slice('/defaults'.length) : `/defaults${pointer}`)?.entry;
  if (twin?.keyRange) return { uri: document.uri, range: toLspRange(document, twin.keyRange) };
  const defaults = nodeAt(root, '/defaults')?.node;
  if (isDefault || defaults?.kind !== 'include') return null;
  const included = includes.find(
    ({ includedFrom, range }) => includedFrom === file && range?.start === defaults.range?.start,
  );
  const tree = included && parseOnce(included.text, { kind: 'include', file: included.file }).value;
  const range = tree && nodeAt(tree, pointer)?.entry?.keyRange;
  if (!included || !range) return null;
  const uri = fileUri(path.resolve(included.file));
  return { uri, range: toLspRange(TextDocument.create(uri, 'yaml', 0, included.text), range) };
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
