import path from 'node:path';
import type { Diagnostic, DiagnosticRelatedInformation } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readText } from '../../engine/config/read-text.ts';
import type { Finding, TextRange } from '../../engine/core/findings.ts';
import type { Analysis } from '../analysis.ts';
import { relatedPlaces } from '../related-places.ts';
import { fileUri, type ServerServices } from '../services.ts';
import { toDiagnostic } from '../to-diagnostic.ts';
import { toLspRange } from '../to-lsp-range.ts';

/** The diagnostics of a document. Findings in an included file stand on the include, and point into that file. */
export async function diagnose(
  document: TextDocument,
  analysis: Analysis,
  services: ServerServices,
): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const finding of analysis.findings) {
    if (finding.file === undefined || finding.file === analysis.file) {
      const related = analysis.kind === 'config' ? relatedPlaces(document, finding, analysis) : [];
      diagnostics.push(toDiagnostic(document, finding, finding.range ?? firstLine(document), related));
    } else {
      diagnostics.push(await elsewhere(document, finding, finding.file, analysis, services));
    }
  }
  return diagnostics;
}

async function elsewhere(
  document: TextDocument,
  finding: Finding,
  file: string,
  analysis: Analysis,
  services: ServerServices,
): Promise<Diagnostic> {
  const range = includeRange(file, analysis) ?? firstLine(document);
  const read = services.files ? await readText(services.files, path.resolve(file)) : undefined;
  const related: DiagnosticRelatedInformation[] = [];
  if (read?.text !== undefined) {
    const uri = fileUri(path.resolve(file));
    const included = TextDocument.create(uri, 'yaml', 0, read.text);
    related.push({
      location: { uri, range: toLspRange(included, finding.range ?? { start: 0, end: 0 }) },
      message: finding.message,
    });
  }
  const message = `In ${path.basename(file)}: ${finding.message}`;
  return toDiagnostic(document, { ...finding, message }, range, related);
}

/** The tag in this document through which a file came in, however many files lie between. */
function includeRange(file: string, analysis: Analysis): TextRange | undefined {
  let current = file;
  for (let step = 0; step <= analysis.includes.length; step += 1) {
    const include = analysis.includes.find((one) => one.file === current);
    if (!include) return undefined;
    if (include.includedFrom === analysis.file) return include.range;
    current = include.includedFrom;
  }
  return undefined;
}

function firstLine(document: TextDocument): TextRange {
  const text = document.getText();
  const end = text.search(/[\r\n]/);
  return { start: 0, end: end < 0 ? text.length : end };
}
