import path from 'node:path';
import type { Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Document } from 'yaml';
import type { ConfigNode } from '../../engine/config/config-node.ts';
import { pointerSteps } from '../../engine/config/json-pointer.ts';
import { profileAndTier, profileEffects } from '../../engine/config/profile-effects.ts';
import type { TextFix } from '../../engine/core/findings.ts';
import type { Analysis } from '../analysis.ts';
import { filePath } from '../services.ts';
import { writtenAt } from '../yaml/find-pair.ts';
import { insertKey } from '../yaml/insert-key.ts';
import { pathValues } from '../yaml/path-values.ts';
import { readOnce } from '../yaml/read-once.ts';
import { convertList } from './convert-list.ts';
import { newKey } from './new-key.ts';
import { sortKeys } from './sort-keys.ts';

/** Changes that nothing demands: a path, the counts of the profile, a certify section, the order of keys, a list's style. */
export function rewrites(
  document: TextDocument,
  range: Range,
  root: ConfigNode | undefined,
  analysis: Analysis,
): TextFix[] {
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  const touches = (place: { start: number; end: number }) => place.start <= end && start <= place.end;
  const text = document.getText();
  const fixes: TextFix[] = [];
  for (const value of root ? pathValues(root) : []) {
    if (!touches(value.range)) continue;
    const relative = relativePath(document, value.path);
    if (relative !== undefined)
      fixes.push({ title: `Write ${relative}`, range: value.textRange, newText: relative });
  }
  fixes.push(...countsOfProfile(text, analysis, touches));
  const yaml = readOnce(text).document;
  if (!yaml) return fixes;
  const certify = analysis.fileKind === 'config' ? certifySection(document, range, root, yaml) : undefined;
  const sorted = sortKeys(text, yaml, root, analysis.schema, start);
  const list = convertList(text, yaml, { start, end });
  return [...fixes, ...[certify, sorted, list].flatMap((fix) => fix ?? [])];
}

/** A path on this machine, from the folder of the file: the file can move to another machine with what it names. */
function relativePath(document: TextDocument, written: string): string | undefined {
  const own = filePath(document.uri);
  if (own === undefined || !path.isAbsolute(written)) return undefined;
  const relative = path.relative(path.dirname(own), written).replaceAll('\\', '/');
  if (relative === '' || path.isAbsolute(relative)) return undefined;
  return relative.startsWith('.') ? relative : `./${relative}`;
}

function countsOfProfile(
  text: string,
  { merged, file }: Analysis,
  touches: (place: { start: number; end: number }) => boolean,
): TextFix[] {
  const wanted = merged && profileAndTier(merged);
  const yaml = readOnce(text).document;
  if (!wanted || !yaml || !merged) return [];
  return profileEffects(merged, wanted).flatMap(({ pointer, value, by }) => {
    const node = writtenAt(yaml, pointerSteps(pointer))?.node;
    const [start, end] = node?.range ?? [0, 0];
    if (typeof value !== 'number' || end <= start || !touches({ start, end })) return [];
    if (text.slice(start, end) === String(value) || file === '') return [];
    const title = `Write ${value}, which the ${by.kind} ${by.label} uses`;
    return [{ title, range: { start, end }, newText: String(value) }];
  });
}

/** A certification for a file that describes data only; offered where a section can start. */
function certifySection(
  document: TextDocument,
  range: Range,
  root: ConfigNode | undefined,
  yaml: Document,
): TextFix | undefined {
  const text = document.getText();
  if (root && (root.kind !== 'mapping' || root.entries.has('certify'))) return undefined;
  const line = text.slice(document.offsetAt({ line: range.start.line, character: 0 }));
  const isTopLevel = range.start.line === 0 || /^(\r?\n|$|#|[A-Za-z_])/.test(line);
  const key = newKey(root, [], 'certify');
  const insertion = isTopLevel && key && insertKey(text, yaml, [], key);
  return insertion ? { title: 'Add a certify section', ...insertion } : undefined;
}
