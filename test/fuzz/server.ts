import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CodeAction, DocumentSymbol, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parseDocument } from 'yaml';
import { analyze } from '../../server/analysis.ts';
import { certificateHover } from '../../server/certificates/certificate-hover.ts';
import { codeActions } from '../../server/features/code-actions.ts';
import { codeLenses } from '../../server/features/code-lenses.ts';
import { complete } from '../../server/features/completion.ts';
import { definition, references, rename, renameTarget } from '../../server/features/definition.ts';
import { diagnose } from '../../server/features/diagnostics.ts';
import { documentLinks } from '../../server/features/document-links.ts';
import { guardDefinition } from '../../server/features/guard-definition.ts';
import { hover } from '../../server/features/hover.ts';
import { inlayHints } from '../../server/features/inlay-hints.ts';
import { documentSymbols, foldingRanges, selectionRanges } from '../../server/features/outline.ts';
import { semanticTokens } from '../../server/features/semantic-tokens.ts';
import { certification } from '../fixtures/large-config.ts';
import { MemoryFiles } from '../fixtures/memory-files.ts';
import { type Choose, randomEdit, seededChoice } from './mutate.ts';

const golden = path.resolve(import.meta.dirname, '../golden');
const editsPerDocument = 12;

export interface FuzzOptions {
  readonly seed: number;
  /** Asked before every document. */
  readonly goesOn: (documents: number) => boolean;
  /** Told how long each step took: a hang shows long before it is one. */
  readonly onStep?: (milliseconds: number, text: string) => void;
}

/** Documents that are edited at random, and every feature of the server on each version. Throws where one breaks. */
export async function fuzzServer({ seed, goesOn, onStep }: FuzzOptions): Promise<{ steps: number }> {
  const choose = seededChoice(seed);
  const starts = startingTexts();
  let steps = 0;
  for (let count = 0; goesOn(count); count += 1) {
    const [name, text] = starts[choose(starts.length)] ?? ['run.invarlock.yaml', ''];
    let document = TextDocument.create(`file:///project/${name}`, 'yaml', 0, text);
    for (let edit = 1; edit <= editsPerDocument; edit += 1) {
      const { start, end, text: inserted } = randomEdit(document.getText(), choose);
      const range = { start: document.positionAt(start), end: document.positionAt(end) };
      document = TextDocument.update(document, [{ range, text: inserted }], edit);
      const begun = performance.now();
      try {
        await everyFeature(document, choose);
      } catch (cause) {
        const place = `seed ${seed}, document ${count}, edit ${edit}`;
        throw new Error(`${place}: ${JSON.stringify(document.getText())}`, { cause });
      }
      onStep?.(performance.now() - begun, document.getText());
      steps += 1;
    }
  }
  return { steps };
}

function startingTexts(): [string, string][] {
  const folder = path.join(golden, 'quick-fixes');
  const configs = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return [
    ['run.invarlock.yaml', certification.join('\n')],
    ['run.invarlock.yaml', certification.join('\r\n')],
    ['run.invarlock.yaml', ''],
    [
      'run.invarlock.yaml',
      '_x: &a {b: 1}\ndataset: {<<: *a, file: data/a.jsonl}\ndefaults: !include x.yaml\n',
    ],
    [
      'run.cert.json',
      '{"schema_version": "v1", "meta": {"seed": 42}, "primary_metric": {"final": 1.5, "ci": [1, 2]}}',
    ],
    [
      'runtime/profiles/nightly.yaml',
      'eval: {bootstrap: {replicates: 3}}\ncertify: {}\ndataset:\n  seed: 1\n  seq_len: 8\n',
    ],
    ['runtime/tiers.yaml', 'aggressive:\n  metrics: {pm_ratio: {min_tokens: 1}}\n  rmt_guard: {margin: 2}\n'],
    ['report.json', '{"meta": {"seed": 42}, "metrics": {"primary_metric": {"kind": "x"}}, "guards": []}'],
    ...configs.map((name): [string, string] => [
      'run.invarlock.yaml',
      readFileSync(path.join(folder, name), 'utf8'),
    ]),
  ];
}

async function everyFeature(document: TextDocument, choose: Choose): Promise<void> {
  const text = document.getText();
  const files = new MemoryFiles({
    [`/project/${document.uri.slice('file:///project/'.length)}`]: text,
    '/project/x.yaml': 'dataset: {seed: 1, sed: 2}\n',
    '/project/data/a.jsonl': '{"text": "a"}\n',
    '/project/models/a/config.json': '{"model_type": "gpt2"}',
  });
  const services = { files, allowIncludeOutside: false };
  const analysis = await analyze(document, services);
  const inside = (range: Range) => checkRange(document, range);
  for (const { range, relatedInformation } of await diagnose(document, analysis, services)) {
    inside(range);
    for (const { location } of relatedInformation ?? [])
      if (location.uri === document.uri) inside(location.range);
  }
  const offset = choose(text.length + 1);
  const position = document.positionAt(offset);
  const whole = { start: document.positionAt(0), end: document.positionAt(text.length) };
  certificateHover(document, offset, analysis);
  const explained = await hover(document, offset, analysis, services);
  if (explained?.range) inside(explained.range);
  for (const item of await complete(document, offset, services, { snippets: true }))
    if (item.textEdit && 'range' in item.textEdit) inside(item.textEdit.range);
  const place = { start: position, end: position };
  for (const action of [
    ...codeActions(document, place, analysis, { createsFiles: true }),
    ...codeActions(document, whole, analysis, { only: ['quickfix', 'refactor', 'source.fixAll'] }),
  ])
    applyAction(document, action);
  for (const { range } of await documentLinks(document, services)) inside(range);
  for (const { range } of await codeLenses(document, analysis, services)) inside(range);
  await inlayHints(document, analysis, whole, services);
  checkTokens(document, semanticTokens(document, analysis).data);
  checkSymbols(document, documentSymbols(document));
  for (const { startLine, endLine } of foldingRanges(document))
    if (startLine >= endLine || endLine > whole.end.line) throw new Error(`fold ${startLine}-${endLine}`);
  selectionRanges(document, [position]);
  definition(document, offset, analysis);
  await guardDefinition(document, offset, analysis, services);
  for (const { range } of references(document, offset, true)) inside(range);
  if (renameTarget(document, offset)) {
    const edits = rename(document, offset, 'renamed')?.changes?.[document.uri] ?? [];
    TextDocument.applyEdits(document, edits);
  }
}

/** Edits that overlap or lie outside are an error of ours; applying them says so. */
function applyAction(document: TextDocument, action: CodeAction): void {
  const edits = action.edit?.changes?.[document.uri] ?? [];
  for (const { range } of edits) checkRange(document, range);
  const after = TextDocument.applyEdits(document, edits);
  if (/^(Put the|Write the list)/.test(action.title))
    checkSameMeaning(document.getText(), after, action.title);
}

/** A rewrite moves what is written; it never changes what it means. */
function checkSameMeaning(before: string, after: string, title: string): void {
  const one = meaningOf(before);
  // Half-typed texts mean nothing yet; a broken line may well stand elsewhere than what moves.
  if (one === undefined) return;
  if (!isDeepStrictEqual(one, meaningOf(after)))
    throw new Error(`"${title}" changes the meaning: ${JSON.stringify(after)}`);
}

function meaningOf(text: string): unknown {
  const document = parseDocument(text, { merge: true, schema: 'core' });
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS({ mapAsMap: true });
  } catch {
    // A merge of what is no mapping.
    return undefined;
  }
}

/** Five numbers per token: lines and characters from the one before, length, type, modifier. */
function checkTokens(document: TextDocument, data: readonly number[]): void {
  let line = 0;
  let character = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [lines = 0, characters = 0, length = 0] = data.slice(at, at + 3);
    if (lines < 0 || (lines === 0 && characters < 0)) throw new Error('a token stands before the last one');
    character = lines === 0 ? character + characters : characters;
    line += lines;
    const start = document.offsetAt({ line, character });
    const end = document.positionAt(start + length);
    if (length <= 0 || end.line !== line) throw new Error(`a token of ${length} characters at line ${line}`);
  }
}

function checkSymbols(document: TextDocument, symbols: readonly DocumentSymbol[], inside?: Range): void {
  for (const { range, selectionRange, children = [] } of symbols) {
    checkRange(document, range);
    if (!holds(document, range, selectionRange)) throw new Error('a symbol does not hold its name');
    if (inside && !holds(document, inside, range)) throw new Error('a symbol leaves its parent');
    checkSymbols(document, children, range);
  }
}

function holds(document: TextDocument, outer: Range, inner: Range): boolean {
  return (
    document.offsetAt(outer.start) <= document.offsetAt(inner.start) &&
    document.offsetAt(inner.end) <= document.offsetAt(outer.end)
  );
}

function checkRange(document: TextDocument, { start, end }: Range): void {
  const from = document.offsetAt(start);
  const to = document.offsetAt(end);
  if (from > to || start.line > document.lineCount || end.line > document.lineCount)
    throw new Error(`the range ${JSON.stringify({ start, end })} is not in the document`);
}
