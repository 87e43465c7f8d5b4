import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type {
  CodeLens,
  CompletionItem,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  InlayHint,
  Location,
  SelectionRange,
  SemanticTokens,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { largeConfig } from '../fixtures/large-config.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { LspClient } from './lsp-client.ts';

const folder = temporaryFolder('lsp-editor');

const client = new LspClient(
  {
    textDocument: {
      diagnostic: {},
      completion: {
        completionItem: { snippetSupport: true, resolveSupport: { properties: ['documentation'] } },
      },
    },
    workspace: { workspaceEdit: { resourceOperations: ['create'] }, workspaceFolders: true },
  },
  { commands: true, configFolders: ['presets'] },
  [pathToFileURL(folder).toString()],
);
afterAll(async () => {
  expect(client.log).toEqual([]);
  expect(await client.stop()).toBe(0);
});

const text = [
  '_x: &base {seed: 1}',
  'certify: {baseline: a, subject: b, profile: ci}',
  'dataset:',
  '  <<: *base',
  '  provider: !include parts/provider.yaml',
  '  seq_len: 128',
  '  preview_n: 64',
  '  final_n: 64',
  '',
].join('\n');

const uri = pathToFileURL(path.join(folder, 'run.invarlock.yaml')).toString();
mkdirSync(path.join(folder, 'parts'));
writeFileSync(path.join(folder, 'parts/provider.yaml'), 'kind: synthetic\n');
const opened = client.open(uri, text);
const textDocument = { uri };
const position = { line: 3, character: 8 };

test('one document, every feature', async () => {
  await opened;
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument, range });
  expect(hints.map(({ label }) => label)).toEqual(['→ 200', '→ 200', '400 windows, 51\u202f200 tokens']);
  const whole = await client.request<SemanticTokens>('textDocument/semanticTokens/full', { textDocument });
  expect(whole.data.length / 5).toBe(5);
  const part = await client.request<SemanticTokens>('textDocument/semanticTokens/range', {
    textDocument,
    range: { start: { line: 4, character: 0 }, end: { line: 5, character: 0 } },
  });
  expect(part.data.length / 5).toBe(2);
  const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument });
  expect(lenses.map(({ command }) => command?.command)).toEqual(['invarlock.certify', 'invarlock.runDoctor']);
  const links = await client.request<DocumentLink[]>('textDocument/documentLink', { textDocument });
  expect(links.map(({ target }) => target)).toEqual([
    pathToFileURL(path.join(folder, 'parts/provider.yaml')).toString(),
  ]);
  const symbols = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument });
  expect(symbols.map(({ name }) => name)).toEqual(['_x', 'certify', 'dataset']);
  const folds = await client.request<FoldingRange[]>('textDocument/foldingRange', { textDocument });
  expect(folds).toEqual([{ startLine: 2, endLine: 7 }]);
  const selections = await client.request<SelectionRange[]>('textDocument/selectionRange', {
    textDocument,
    positions: [position],
  });
  expect(selections).toHaveLength(1);
  const [place] = await client.request<Location[]>('textDocument/definition', { textDocument, position });
  expect(place?.range.start).toEqual({ line: 0, character: 5 });
  const references = await client.request<Location[]>('textDocument/references', {
    textDocument,
    position,
    context: { includeDeclaration: true },
  });
  expect(references).toHaveLength(2);
  expect(await client.request('textDocument/prepareRename', { textDocument, position })).toMatchObject({
    placeholder: 'base',
  });
  const edit = await client.request<WorkspaceEdit>('textDocument/rename', {
    textDocument,
    position,
    newName: 'common',
  });
  expect(edit.changes?.[uri]?.map(({ newText }) => newText)).toEqual(['common', 'common']);
});

test('the last certificate lies below the open folder', async () => {
  const inner = pathToFileURL(path.join(folder, 'configs/run.invarlock.yaml')).toString();
  await client.open(inner, text);
  mkdirSync(path.join(folder, 'reports/cert'), { recursive: true });
  writeFileSync(path.join(folder, 'reports/cert/evaluation.cert.json'), '{}');
  const lenses = () => client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: inner } });
  expect((await lenses()).at(-1)?.command?.command).toBe('invarlock.showCertificate');
  const removed = [{ uri: pathToFileURL(folder).toString(), name: 'project' }];
  await client.notify('workspace/didChangeWorkspaceFolders', { event: { added: [], removed } });
  expect((await lenses()).at(-1)?.command?.command).toBe('invarlock.runDoctor');
});

test('documentation comes when an item is looked at', async () => {
  await opened;
  const items = await client.completion(uri, { line: 8, character: 0 });
  expect(items.every(({ documentation }) => documentation === undefined)).toBe(true);
  const item = items.find(({ label }) => label === 'guards');
  const whole = await client.request<CompletionItem>('completionItem/resolve', item);
  expect(whole.documentation).toMatchObject({ kind: 'markdown', value: expect.stringMatching(/\w/) });
  expect(items.map(({ label }) => label)).toContain('guards: …');
});

test('folders that the client names hold configurations', async () => {
  await client.open('file:///project/presets/a.yaml', 'dataset:\n  sed: 1\n');
  expect(await client.diagnostics('file:///project/presets/a.yaml')).toHaveLength(1);
  await client.open('file:///project/others/a.yaml', 'dataset:\n  sed: 1\n');
  expect(await client.diagnostics('file:///project/others/a.yaml')).toEqual([]);
  await client.notify('workspace/didChangeConfiguration', {
    settings: { invarlock: { configFolders: ['others'], inlayHints: false } },
  });
  expect(await client.diagnostics('file:///project/others/a.yaml')).toHaveLength(1);
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  expect(await client.request('textDocument/inlayHint', { textDocument, range })).toEqual([]);
});

test('data that must be downloaded are a finding as long as the client does not allow it', async () => {
  const data = 'file:///project/data.invarlock.yaml';
  await client.open(data, 'dataset: {provider: hf_text, seq_len: 8}\n');
  const codes = async () => (await client.diagnostics(data)).map(({ code }) => code);
  expect(await codes()).toContain('C140');
  const range = { start: { line: 0, character: 22 }, end: { line: 0, character: 22 } };
  const fixes = await client.codeActions(data, range);
  expect(fixes.map(({ title }) => title)).toContain('Use local_jsonl');
  expect(fixes.filter(({ command }) => command !== undefined)).toEqual([]);
  await client.notify('workspace/didChangeConfiguration', {
    settings: { invarlock: { allowNetwork: true } },
  });
  expect(await codes()).not.toContain('C140');
});

test('a large document has every answer too', async () => {
  const large = 'file:///project/large.invarlock.yaml';
  const content = largeConfig(60_000);
  await client.open(large, content);
  // What it names does not exist here; the text itself holds.
  const errors = (await client.diagnostics(large)).filter(({ severity }) => severity === 1);
  expect(errors.filter(({ message }) => !String(message).startsWith('No data file'))).toEqual([]);
  const last = { line: content.split('\n').length - 1, character: 0 };
  expect((await client.completion(large, last)).map(({ label }) => label)).toContain('context');
  await client.change(large, { start: last, end: last }, 'context:\n  colour: red\n');
  expect((await client.diagnostics(large)).map(({ code }) => code)).toContain('C110');
  const symbols = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', {
    textDocument: { uri: large },
  });
  expect(symbols.map(({ name }) => name)).toContain('_notes');
});
