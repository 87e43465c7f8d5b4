import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { docsUrl } from '../engine/codes/index.ts';
import type { Finding, TextRange } from '../engine/core/findings.ts';
import { toLspRange } from './to-lsp-range.ts';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
} as const;

/** Remarks that must not stand in a list of problems: spellings, old names, keys and numbers that change nothing. */
const hints: ReadonlySet<Finding['code']> = new Set(['C106', 'C115', 'C124', 'C125', 'C132', 'C191']);

/** How an editor draws what is written in vain, or should not be written any more. */
const tags: Partial<Record<Finding['code'], DiagnosticTag>> = {
  C102: DiagnosticTag.Unnecessary,
  C115: DiagnosticTag.Deprecated,
  C119: DiagnosticTag.Unnecessary,
  C125: DiagnosticTag.Unnecessary,
  C126: DiagnosticTag.Unnecessary,
  C191: DiagnosticTag.Unnecessary,
};

/** A finding in the terms of the protocol, at `range` of the document. */
export function toDiagnostic(
  document: TextDocument,
  finding: Finding,
  range: TextRange,
  relatedInformation: DiagnosticRelatedInformation[] = [],
): Diagnostic {
  const tag = tags[finding.code];
  return {
    range: toLspRange(document, firstLineOf(document, range)),
    severity: hints.has(finding.code) ? DiagnosticSeverity.Hint : severities[finding.severity],
    code: finding.code,
    codeDescription: { href: docsUrl(finding.code) },
    source: 'invarlock',
    message: finding.message,
    ...(tag !== undefined && { tags: [tag] }),
    ...(relatedInformation.length > 0 && { relatedInformation }),
  };
}

/** A whole section underlined hides what else is wrong in it; its first line says where it begins. */
function firstLineOf(document: TextDocument, range: TextRange): TextRange {
  const text = document.getText().slice(range.start, range.end);
  const lineEnd = text.search(/[\r\n]/);
  return lineEnd <= 0 ? range : { start: range.start, end: range.start + lineEnd };
}
