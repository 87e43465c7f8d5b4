import { expect, test } from 'vitest';
import { MarkupContent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { hover } from '../../../server/features/hover.ts';
import { withCursor } from '../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

async function hoverAt(source: string, others: Record<string, string> = {}) {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, text);
  const files = new MemoryFiles({ '/project/run.invarlock.yaml': text, ...others });
  const services = { files, allowIncludeOutside: false };
  const analysis = await analyze(document, services);
  const shown = await hover(document, offset, analysis, services);
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
])('%s', async (source, on, says) => {
  const shown = await hoverAt(source);
  expect(shown.on).toBe(on);
  for (const part of says) expect(shown.contents).toContain(part);
});

test.each(['dataset:\n  nob|ody: 1\n', 'dataset:|\n  seed: 1\n', '# com|ment\n', 'a: [b|'])(
  'nothing at %j',
  async (source) => {
    expect((await hoverAt(source)).contents).toBeUndefined();
  },
);

const certify = 'certify: {baseline: a, subject: b, profile: ci, tier: balanced}\n';

test.each([
  [
    'a profile raises it',
    `${certify}dataset:\n  preview|_n: 64\n`,
    'In a run: `200`, set by the profile ci.',
  ],
  [
    'a profile raises it, in defaults',
    `${certify}defaults:\n  dataset:\n    preview|_n: 64\n`,
    'In a run: `200`, set by the profile ci.',
  ],
  ['nothing changes it', 'dataset:\n  s|eed: 7\n', 'In a run: `7`, from this line.'],
  [
    'the file wins over its defaults',
    'defaults:\n  dataset:\n    s|eed: 1\ndataset:\n  seed: 2\n',
    'In a run: `2`, from line 5.',
  ],
  ['an alias brings it', '_x: &x 9\ndataset:\n  se|ed: *x\n', 'In a run: `9`, from this line.'],
  ['a gate', 'guards:\n  spectral:\n    dead|band: 0.1\n', 'Has a say in the spectral gate.'],
  ['every gate', 'auto:\n  ti|er: balanced\n', 'Has a say in every gate.'],
  ['several gates', 'dataset:\n  final|_n: 2\n', 'the gates primary metric, drift, tail'],
])('what counts, and for what: %s', async (_, source, says) => {
  expect((await hoverAt(source)).contents).toContain(says);
});

test('a value that an included file brings', async () => {
  const shown = await hoverAt('defaults: !include base.yaml\nda|taset: {}\n', {
    '/project/base.yaml': '# ours\ndataset:\n  seed: 5\n',
  });
  expect(shown.contents).toContain('**dataset**');
  const inner = await hoverAt('defaults: !include base.yaml\neval:\n  boot|strap: {}\n', {
    '/project/base.yaml': 'x: 1\n',
  });
  expect(inner.contents).toContain('**eval.bootstrap**');
});

test.each([
  ['_x: &base\n  seed: 1\n  seq_len: 8\ndataset:\n  <<: *b|ase\n', '*base', 'seed: 1\n  seq_len: 8'],
  ['_a: &n 5\ndataset: {seed: *|n}\n', '*n', '5'],
])('an alias shows what it stands for: %j', async (source, on, says) => {
  const shown = await hoverAt(source);
  expect(shown.on).toBe(on);
  expect(shown.contents).toContain(says);
});
