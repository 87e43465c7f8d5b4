import path from 'node:path';
import type { DiagnosticRelatedInformation } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isScalar } from 'yaml';
import type { DiagnosticCode } from '../engine/codes/index.ts';
import { nodeAt } from '../engine/config/config-node.ts';
import { pointerInWords } from '../engine/config/json-pointer.ts';
import type { Finding, TextRange } from '../engine/core/findings.ts';
import type { Analysis } from './analysis.ts';
import { fileUri } from './services.ts';
import { toLspRange } from './to-lsp-range.ts';
import { pairAtOffset } from './yaml/find-pair.ts';
import { readOnce } from './yaml/read-once.ts';

/** The other values that a finding is about. */
const others: Partial<Record<DiagnosticCode, readonly string[]>> = {
  T322: ['/dataset/seq_len'],
  C119: ['/dataset/provider'],
  C131: ['/dataset/preview_n'],
  C132: ['/certify/profile', '/certify/tier', '/auto/tier'],
  C134: ['/certify/tier', '/auto/tier'],
  C135: ['/certify/profile', '/certify/tier', '/auto/tier'],
};

/** Where else to look: the first of two equal keys, the twin that must agree, the profile that decides. */
export function relatedPlaces(
  document: TextDocument,
  finding: Finding,
  analysis: Analysis,
): DiagnosticRelatedInformation[] {
  if (finding.code === 'C102') return firstOfTwo(document, finding);
  const related: DiagnosticRelatedInformation[] = [];
  for (const pointer of others[finding.code] ?? []) {
    const node = analysis.merged && nodeAt(analysis.merged, pointer)?.node;
    const isItself = node?.range?.start === finding.range?.start && node?.source.file === finding.file;
    if (!node?.range || node.source.file === undefined || isItself) continue;
    const place = placeIn(document, analysis, node.source.file, node.range);
    if (place) related.push({ location: place, message: `${pointerInWords(pointer)} stands here.` });
  }
  return related;
}

function placeIn(document: TextDocument, analysis: Analysis, file: string, range: TextRange) {
  if (file === analysis.file) return { uri: document.uri, range: toLspRange(document, range) };
  const text = analysis.includes.find((include) => include.file === file)?.text;
  if (text === undefined) return undefined;
  const uri = fileUri(path.resolve(file));
  return { uri, range: toLspRange(TextDocument.create(uri, 'yaml', 0, text), range) };
}

function firstOfTwo(document: TextDocument, finding: Finding): DiagnosticRelatedInformation[] {
  const yaml = readOnce(document.getText()).document;
  const found = yaml && finding.range && pairAtOffset(yaml, finding.range.start);
  const first = found?.map.items.find(
    ({ key }) => isScalar(key) && key !== found.key && String(key.value) === String(found.key.value),
  );
  const [start, end] = isScalar(first?.key) ? (first.key.range ?? []) : [];
  if (start === undefined || end === undefined) return [];
  const location = { uri: document.uri, range: toLspRange(document, { start, end }) };
  return [{ location, message: 'The key stands here first.' }];
}
