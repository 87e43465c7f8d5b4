import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { complete } from '../../../server/features/completion.ts';
import { withCursor } from '../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const files = new MemoryFiles({
  '/project/configs/models/base/config.json': '{}',
  '/project/configs/.cache/hidden/config.json': '{}',
  '/project/configs/data/heldout.jsonl': '',
  '/project/configs/data/readme.md': '',
  '/project/configs/parts/base.yaml': '',
  '/project/checkpoints/edited/config.json': '{}',
});

async function pathsAt(source: string, choice?: string) {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create('file:///project/configs/run.invarlock.yaml', 'yaml', 1, text);
  const items = await complete(document, offset, { files, allowIncludeOutside: false });
  const edit = items.find(({ label }) => label === choice)?.textEdit;
  const after = edit && 'range' in edit ? TextDocument.applyEdits(document, [edit]) : undefined;
  const sorted = items.toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
  return { labels: sorted.map(({ label }) => label), after };
}

test.each<[string, string[]]>([
  // Models nearby come first, whatever folder they lie in.
  ['certify:\n  baseline: |\n', ['../checkpoints/edited', 'models/base', 'data/', 'models/', 'parts/']],
  ['certify:\n  baseline: models/|\n', ['base']],
  ['certify: {baseline: ../ch|}\n', ['checkpoints/', 'configs/']],
  ['dataset:\n  file: |\n', ['data/', 'models/', 'parts/']],
  ['dataset:\n  file: data/|\n', ['heldout.jsonl']],
  ['dataset:\n  data_files:\n    - data/|\n', ['heldout.jsonl']],
  ['dataset:\n  provider: {kind: local_jsonl, file: data/|}\n', ['heldout.jsonl']],
  ['defaults: !include parts/|\n', ['base.yaml']],
  ['dataset:\n  provider: !include |\n', ['data/', 'models/', 'parts/']],
  ['certify:\n  baseline: nowhere/|\n', []],
])('%j', async (source, expected) => {
  expect((await pathsAt(source)).labels).toEqual(expected);
});

test.each([
  ['certify:\n  baseline: mod|\n', 'models/base', 'certify:\n  baseline: models/base\n'],
  [
    'certify:\n  baseline: models/b| # the original\n',
    'base',
    'certify:\n  baseline: models/base # the original\n',
  ],
  ['certify:\n  baseline: "models/b|"\n', 'base', 'certify:\n  baseline: "models/base"\n'],
  ['dataset:\n  file: ./da|\n', 'data/', 'dataset:\n  file: ./data/\n'],
  ['defaults: !include parts/b|\n', 'base.yaml', 'defaults: !include parts/base.yaml\n'],
])('taking it: %j', async (source, choice, expected) => {
  const wanted =
    choice === 'models/base'
      ? await pathsAt(source.replace('mod|', '|'), choice)
      : await pathsAt(source, choice);
  expect(wanted.after).toBe(expected);
});

test('a document that is no file has no paths', async () => {
  const document = TextDocument.create('untitled:run.invarlock.yaml', 'yaml', 1, 'certify:\n  baseline: ');
  const items = await complete(document, 22, { files, allowIncludeOutside: false });
  expect(items.map(({ label }) => label)).toEqual(['../models/tiny-gpt2']);
});
