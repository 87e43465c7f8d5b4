import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { analyze } from '../../../server/analysis.ts';
import { codeActions } from '../../../server/features/code-actions.ts';
import { withCursor } from '../../fixtures/marked-text.ts';

/** What the text becomes by the action under the cursor whose title begins so; undefined where it is not offered. */
async function rewritten(source: string, title: string): Promise<string | undefined> {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, text);
  const analysis = await analyze(document, { files: undefined, allowIncludeOutside: false });
  const position = document.positionAt(offset);
  const offered = codeActions(document, { start: position, end: position }, analysis, { only: ['refactor'] });
  const edits = offered.find((one) => one.title.startsWith(title))?.edit?.changes?.[document.uri];
  if (!edits) return undefined;
  const after = TextDocument.applyEdits(document, edits);
  // Whatever moves, the file means the same.
  expect(parse(after)).toEqual(parse(text));
  return after;
}

describe('keys in the usual order', () => {
  const sorted = (source: string) => rewritten(source, 'Put the ');

  test('move with their comments', async () => {
    expect(
      await sorted(
        'dataset:\n  _note: x\n  seed: 1 # fixed\n  # How long.\n  seq_len: 8\n\n  provi|der: synthetic\n',
      ),
    ).toBe('dataset:\n  provider: synthetic\n  # How long.\n  seq_len: 8\n  seed: 1 # fixed\n\n  _note: x\n');
  });
  test('leave the lines at the top of the file and the blank lines where they are', async () => {
    expect(
      await sorted(
        '# yaml-language-server: $schema=./invarlock/config.schema.json\ngu|ards:\n  order: [invariants]\n\n# Data.\ndataset:\n  seed: 1\nmodel: {}',
      ),
    ).toBe(
      '# yaml-language-server: $schema=./invarlock/config.schema.json\nmodel: {}\n\n# Data.\ndataset:\n  seed: 1\nguards:\n  order: [invariants]',
    );
  });
  test('keep Windows line ends and put merged keys first', async () => {
    expect(await sorted('dataset:\r\n  se|ed: 1\r\n  seq_len: 8\r\n')).toBe(
      'dataset:\r\n  seq_len: 8\r\n  seed: 1\r\n',
    );
    expect(await sorted('_x: &x {split: test}\ndataset:\n  se|ed: 1\n  <<: *x\n')).toBe(
      '_x: &x {split: test}\ndataset:\n  <<: *x\n  seed: 1\n',
    );
  });
  test.each([
    ['that is there', 'dataset:\n  seq_l|en: 8\n  seed: 1\n'],
    ['in flow style', 'dataset: {seed: 1, seq_|len: 8}\n'],
    ['where an alias would lose its anchor', 'guards: &|a {order: [invariants]}\ndataset: {}\n'],
    ['of a key that stands twice', 'dataset:\n  se|ed: 1\n  seq_len: 8\n  seed: 2\n'],
    [
      'where blank lines belong to a value',
      'model:\n  id: x\n_n: |+\n  x\n\ndata|set: {}\n'.replace('|+', '>+'),
    ],
  ])('are not offered for an order %s', async (_, source) => expect(await sorted(source)).toBeUndefined());
});

describe('lists', () => {
  test('become lines and come back', async () => {
    const flow = 'guards:\n  or|der: [invariants, "rmt"] # why\n';
    const lines = 'guards:\n  order:\n    - invariants\n    - "rmt" # why\n';
    expect(await rewritten(flow, 'Write the list with')).toBe(lines);
    expect(await rewritten(lines.replace('invar', 'in|var'), 'Write the list in one')).toBe(
      flow.replace('|', ''),
    );
  });
  test('keep the indentation and the line ends of the file', async () => {
    expect(await rewritten('dataset:\r\n    data_files: [a|, b]\r\n', 'Write the list with')).toBe(
      'dataset:\r\n    data_files:\r\n        - a\r\n        - b\r\n',
    );
  });
  test.each([
    ['with comments', 'guards:\n  order:\n    - inv|ariants # first\n    - rmt\n'],
    ['inside brackets', 'guards: {order: [inv|ariants]}\n'],
    ['of lists', 'x:\n  - [|1]\n'],
    ['with brackets in a text', 'dataset:\n  data_files:\n    - a|[0].jsonl\n'],
  ])('are left alone %s', async (_, source) =>
    expect(await rewritten(source, 'Write the list')).toBeUndefined(),
  );
});
