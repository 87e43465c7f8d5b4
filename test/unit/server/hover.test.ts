import { expect, test } from 'vitest';
import { MarkupContent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { hover } from '../../../server/features/hover.ts';
import { withCursor } from '../../fixtures/marked-text.ts';

function hoverAt(source: string) {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create('file:///work/run.invarlock.yaml', 'yaml', 1, text);
  const shown = hover(document, offset);
  const contents = shown && MarkupContent.is(shown.contents) ? shown.contents.value : undefined;
  return { contents, on: shown?.range && document.getText(shown.range) };
}

test.each([
  [
    'dataset:\n  se|q_len: 1\n',
    'seq_len',
    ['**dataset.seq_len** · whole number, at least 2', 'Default: `512`'],
  ],
  ['dataset:\n  seq_len: 1|2\n', '12', ['**dataset.seq_len**']],
  ['data|set: {}\n', 'dataset', ['Evaluation data']],
  [
    'certify: {profile: c|i}\n',
    'ci',
    ['`ci`: at least 200 + 200 windows', '- `release`', 'Overridden by: --profile'],
  ],
  ['guards:\n  order: [rmt, spec|tral]\n', 'spectral', ['**guards.order[1]**', 'weight spectral norms']],
  ['defaults:\n  dataset:\n    s|eed: 1\n', 'seed', ['**defaults.dataset.seed**']],
  ['dataset:\n  pro|vider: wikitext2\n', 'provider', ['- `local_jsonl`']],
  ['edit: {name: quant_rtn, plan: {bit|width: 8}}\n', 'bitwidth', ['Width of the signed integers']],
  ['eval:\n  bootstrap:\n    |n: 3\n', 'n', ['Deprecated. Use replicates.']],
  ['auto:\n  pro|bes: 3\n', 'probes', ['Only recorded']],
])('%s', (source, on, says) => {
  const shown = hoverAt(source);
  expect(shown.on).toBe(on);
  for (const part of says) expect(shown.contents).toContain(part);
});

test.each(['dataset:\n  nob|ody: 1\n', 'dataset:|\n  seed: 1\n', '# com|ment\n', 'a: [b|'])(
  'nothing at %j',
  (source) => {
    expect(hoverAt(source).contents).toBeUndefined();
  },
);
