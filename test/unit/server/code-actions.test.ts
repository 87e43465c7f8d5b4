import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { type CodeActionOptions, codeActions } from '../../../server/features/code-actions.ts';
import { withCursor } from '../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

async function actionsAt(source: string, options: CodeActionOptions = {}) {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, text);
  const files = new MemoryFiles({ '/project/run.invarlock.yaml': text });
  const analysis = await analyze(document, { files, allowIncludeOutside: false });
  const position = document.positionAt(offset);
  const actions = codeActions(document, { start: position, end: position }, analysis, options);
  const apply = (title: string) => {
    const edits = actions.find((one) => one.title === title)?.edit?.changes?.[document.uri];
    return edits && TextDocument.applyEdits(document, edits);
  };
  return { actions, titles: actions.map(({ title }) => title), apply };
}

test('the sure fix is preferred, the others are not', async () => {
  const { actions } = await actionsAt('dataset:\n  s|ed: 1\n');
  expect(actions.map(({ title, isPreferred }) => [title, isPreferred ?? false])).toEqual([
    ['Change to "seed"', true],
    ['Remove "sed"', false],
  ]);
  expect(actions[0]?.diagnostics?.[0]?.code).toBe('C110');
});

test('an error cannot be suppressed, a warning can', async () => {
  expect((await actionsAt('dataset:\n  s|ed: 1\n')).titles.join()).not.toContain('Suppress');
  expect((await actionsAt('model:\n  adapter: hf_c|asual\n')).titles).toContain('Suppress C118 on this line');
});

test('a missing include can be created where the client creates files', async () => {
  const source = 'dataset: !include parts/da|ta.yaml\n';
  expect((await actionsAt(source)).titles).not.toContain('Create parts/data.yaml');
  const { actions } = await actionsAt(source, { createsFiles: true });
  const create = actions.find(({ title }) => title === 'Create parts/data.yaml');
  expect(create?.edit?.documentChanges).toEqual([
    { kind: 'create', uri: 'file:///project/parts/data.yaml', options: { ignoreIfExists: true } },
  ]);
});

test('a missing data file can be created, one that is only a pattern cannot', async () => {
  const data = (file: string) =>
    `dataset:\n  provider: local_jsonl\n  seq_len: 8\n  preview_n: 1\n  final_n: 1\n  ${file}\n`;
  const { actions } = await actionsAt(data('file: data/he|ld.jsonl'), { createsFiles: true });
  const create = actions.find(({ title }) => title === 'Create data/held.jsonl');
  expect(create?.diagnostics?.[0]?.code).toBe('T310');
  expect(create?.edit?.documentChanges).toEqual([
    { kind: 'create', uri: 'file:///project/data/held.jsonl', options: { ignoreIfExists: true } },
  ]);
  for (const other of ['data_files: data/*|.jsonl', 'data_files: [a|.jsonl]', 'path: da|ta'])
    expect((await actionsAt(data(other), { createsFiles: true })).titles.join()).not.toContain('Create');
  expect((await actionsAt(data('file: data/he|ld.jsonl'))).titles.join()).not.toContain('Create');
});

test('data that must be downloaded: use a file', async () => {
  const source = 'dataset:\n  provider: hf_|text\n  seq_len: 8\n';
  const { titles, apply } = await actionsAt(source);
  expect(titles).toEqual(['Use local_jsonl', 'Suppress C140 on this line']);
  expect(apply('Use local_jsonl')).toBe('dataset:\n  provider: local_jsonl\n  seq_len: 8\n');
});

test('kinds that the client asks for are the only ones', async () => {
  const source = 'dataset:|\n  sed: 1\n';
  expect((await actionsAt(source, { only: ['refactor'] })).titles).toEqual(['Add a certify section']);
  expect((await actionsAt(source, { only: ['source.organizeImports'] })).titles).toEqual([]);
});

test('everything sure is fixed at once', async () => {
  const { titles, apply } = await actionsAt(
    '|dataset:\n  sed: 1\n  seq_len: 8\n  stride: 4\n  nobody_knows: 1\nauto: {tier: balancd}\n',
    { only: ['source.fixAll'] },
  );
  expect(titles).toEqual(['Fix every InvarLock finding']);
  expect(apply('Fix every InvarLock finding')).toBe(
    'dataset:\n  seed: 1\n  seq_len: 8\n  stride: 8\n  nobody_knows: 1\nauto: {tier: balanced}\n',
  );
});

test('a value of several lines is silenced by the line above', async () => {
  const { apply } = await actionsAt('model:\n  adapter: "hf_|casu\\\n    al"\n');
  expect(apply('Suppress C118 on this line')).toBe(
    'model:\n  # invarlock-disable-next-line C118\n  adapter: "hf_casu\\\n    al"\n',
  );
});

test("somebody else's YAML gets no action", async () => {
  const { text, offset } = withCursor('servi|ces: {}\n');
  const document = TextDocument.create('file:///project/compose.yaml', 'yaml', 1, text);
  const analysis = await analyze(document, { files: undefined, allowIncludeOutside: false });
  const position = document.positionAt(offset);
  expect(codeActions(document, { start: position, end: position }, analysis)).toEqual([]);
});
