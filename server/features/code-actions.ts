import { type CodeAction, CodeActionKind, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, TextFix } from '../../engine/core/findings.ts';
import type { Analysis } from '../analysis.ts';
import { createFile } from '../quick-fixes/create-file.ts';
import type { FixContext } from '../quick-fixes/fix-context.ts';
import { fixesFor, isSureFix } from '../quick-fixes/fixes-for.ts';
import { rewrites } from '../quick-fixes/rewrites.ts';
import { suppress } from '../quick-fixes/suppress.ts';
import { toDiagnostic } from '../to-diagnostic.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { parseOnce, readOnce } from '../yaml/read-once.ts';

const fixAll = `${CodeActionKind.SourceFixAll}.invarlock`;

export const codeActionKinds = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, fixAll];

export interface CodeActionOptions {
  /** Kinds that the client asks for; all when it names none. */
  readonly only?: readonly string[] | undefined;
  /** The client can create files. */
  readonly createsFiles?: boolean;
}

/** What can be done about the place under the cursor. Fixes in included files belong to those files. */
export function codeActions(
  document: TextDocument,
  range: Range,
  analysis: Analysis,
  options: CodeActionOptions = {},
): CodeAction[] {
  if (analysis.kind !== 'config') return [];
  const { only } = options;
  const text = document.getText();
  const yaml = readOnce(text).document;
  if (!yaml) return [];
  const root = parseOnce(text, { kind: 'file', file: analysis.file }).value;
  const wants = (kind: string) => !only || only.some((one) => kind === one || kind.startsWith(`${one}.`));
  const contextOf = (finding: Finding): FixContext | undefined =>
    finding.range && (finding.file === undefined || finding.file === analysis.file)
      ? { text, document: yaml, root, schema: analysis.schema, finding, place: finding.range }
      : undefined;
  const contexts = analysis.findings.flatMap((finding) => contextOf(finding) ?? []);
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const start = document.offsetAt(range.start);
    const end = document.offsetAt(range.end);
    const touched = contexts.filter(({ place }) => place.end >= start && place.start <= end);
    for (const context of touched) actions.push(...quickFixes(document, context, options));
  }
  if (wants(CodeActionKind.RefactorRewrite)) {
    for (const fix of rewrites(document, range, root, analysis))
      actions.push(action(document, fix, CodeActionKind.RefactorRewrite));
  }
  // Never among the suggestions at a cursor: an editor asks for it by its kind.
  if (only && wants(fixAll)) {
    const changes = { [document.uri]: allPreferred(contexts).map((fix) => textEdit(document, fix)) };
    if (changes[document.uri]?.length)
      actions.push({ title: 'Fix every InvarLock finding', kind: fixAll, edit: { changes } });
  }
  return actions;
}

function quickFixes(document: TextDocument, context: FixContext, options: CodeActionOptions): CodeAction[] {
  const diagnostics = [toDiagnostic(document, context.finding, context.place)];
  const fixes = fixesFor(context);
  const actions: CodeAction[] = fixes.map((fix, index) => ({
    ...action(document, fix, CodeActionKind.QuickFix),
    diagnostics,
    // Only one that surely means what was meant may be applied unseen.
    ...(index === 0 && isSureFix(context.finding, fix) && { isPreferred: true }),
  }));
  const silence = suppress(context);
  if (silence) actions.push({ ...action(document, silence, CodeActionKind.QuickFix), diagnostics });
  const file = options.createsFiles ? createFile(document, context) : undefined;
  if (file) actions.push({ ...file, diagnostics });
  return actions;
}

/** The sure fixes of the whole document that do not get in each other's way. */
function allPreferred(contexts: readonly FixContext[]): TextFix[] {
  const chosen: TextFix[] = [];
  for (const context of contexts) {
    const [fix] = fixesFor(context);
    if (!fix || !isSureFix(context.finding, fix)) continue;
    const overlaps = chosen.some(({ range }) => fix.range.start < range.end && range.start < fix.range.end);
    const meets = chosen.some(({ range }) => range.start === fix.range.start);
    if (!overlaps && !meets) chosen.push(fix);
  }
  return chosen;
}

function action(document: TextDocument, fix: TextFix, kind: string): CodeAction {
  return { title: fix.title, kind, edit: { changes: { [document.uri]: [textEdit(document, fix)] } } };
}

function textEdit(document: TextDocument, fix: TextFix) {
  return { range: toLspRange(document, fix.range), newText: fix.newText };
}
