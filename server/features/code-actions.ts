import { type CodeAction, CodeActionKind, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis.ts';
import { toDiagnostic } from '../to-diagnostic.ts';
import { toLspRange } from '../to-lsp-range.ts';

/** Quick fixes for the findings that touch a range. Fixes in included files belong to those files. */
export function codeActions(document: TextDocument, range: Range, analysis: Analysis): CodeAction[] {
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  const actions: CodeAction[] = [];
  for (const finding of analysis.findings) {
    const place = finding.range;
    if (!finding.fix || !place || (finding.file !== undefined && finding.file !== analysis.file)) continue;
    if (place.end < start || place.start > end) continue;
    const edit = { range: toLspRange(document, finding.fix.range), newText: finding.fix.newText };
    actions.push({
      title: finding.fix.title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [toDiagnostic(document, finding, place)],
      isPreferred: true,
      edit: { changes: { [document.uri]: [edit] } },
    });
  }
  return actions;
}
