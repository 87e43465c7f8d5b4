import { describe, expect, test } from 'vitest';
import { checkFileRules } from '../../../../engine/config/file-rules/check-file-rules.ts';
import { parseConfig } from '../../../../engine/config/load-config.ts';
import { marked } from '../../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const commit = 'a'.repeat(40);
const repository = (name: string, files: Readonly<Record<string, string>>, hub = '/hub') => ({
  [`${hub}/${name}/refs/main`]: commit,
  ...Object.fromEntries(
    Object.entries(files).map(([file, content]) => [`${hub}/${name}/snapshots/${commit}/${file}`, content]),
  ),
});
const tokenizer = JSON.stringify({ model: { vocab: { a: 0, b: 1 } } });
const model = {
  'config.json': '{"vocab_size": 3, "n_positions": 32}',
  'tokenizer.json': tokenizer,
  'model.safetensors': '',
};
const rows = '{"text":"x"}\n';
const off = { HF_HUB_CACHE: '/hub' };
const on = { ...off, INVARLOCK_ALLOW_NETWORK: '1' };

async function check(
  input: string,
  expected: readonly (readonly [code: string, severity: string, says: string])[],
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = off,
): Promise<void> {
  const { text, range } = marked(input);
  const { value } = parseConfig(text, { file: '/project/run.yaml' });
  if (!value) throw new Error('the configuration of this test is wrong');
  const findings = await checkFileRules(new MemoryFiles(files), { ...value, environment });
  expect(findings.map(({ code, severity, message }) => [code, severity, message])).toEqual(
    expected.map(([code, severity, says]) => [code, severity, expect.stringContaining(says)]),
  );
  if (range) expect(findings[0]).toMatchObject({ range, file: '/project/run.yaml' });
}

describe('data of the hub', () => {
  const cached = repository('datasets--org--data', { 'validation.jsonl': rows, 'train.jsonl': rows });
  const named = '{provider: ⟦hf_text⟧, dataset_name: org/data}';
  test('in the cache is quiet', () =>
    check('dataset: {provider: hf_text, dataset_name: org/data}\n', [], cached));
  test('in no cache', () =>
    check(`dataset: ${named}\n`, [['C140', 'warning', 'use local_jsonl with that file']], {}));
  test('of pairs, in a mapping', () =>
    check(
      'dataset: {provider: {kind: ⟦hf_seq2seq⟧, dataset_name: x}}\n',
      [['C140', 'warning', 'use local_jsonl_pairs with that file']],
      {},
    ));
  test('in no cache, where the network is allowed', () =>
    check('dataset: {provider: hf_text, dataset_name: org/data}\n', [], {}, on));
  test('where it is allowed and switched off again', () =>
    check(
      `dataset: ${named}\n`,
      [['C140', 'warning', 'HF_DATASETS_OFFLINE is set']],
      {},
      { ...on, HF_DATASETS_OFFLINE: '1' },
    ));
  test('in a cache of its own', () =>
    check(
      'dataset: {provider: hf_text, dataset_name: org/data, cache_dir: c}\n',
      [],
      repository('datasets--org--data', { 'dev.csv': '' }, '/project/c'),
    ));
  test('with a shard missing', () =>
    check(
      `dataset: ${named}\n`,
      [['C140', 'warning', 'validation-00000-of-00002.parquet']],
      repository('datasets--org--data', { 'data/validation-00001-of-00002.parquet': '' }),
    ));
  test('without the split', () =>
    check(
      'dataset: {provider: hf_text, dataset_name: org/data, split: ⟦dev⟧}\n',
      [['H822', 'error', 'one of train, validation']],
      cached,
    ));
  test('of another revision', () =>
    check(
      'dataset: {provider: ⟦hf_text⟧, dataset_name: org/data, revision: v2}\n',
      [['C140', 'warning', 'org/data@v2']],
      cached,
    ));
  test('wikitext2: a local copy, the cache, or neither', async () => {
    const wikitext2 = 'dataset: {provider: ⟦wikitext2⟧, seq_len: 8}\n';
    await check('dataset: {provider: wikitext2, cache_dir: c}\n', [], { '/project/c/wiki.valid.raw': 'x' });
    const folder = repository('datasets--Salesforce--wikitext', {
      'wikitext-2-raw-v1/validation-00000-of-00001.parquet': '',
    });
    await check('dataset: {provider: wikitext2}\n', [], folder);
    await check(wikitext2, [['C140', 'warning', 'wikitext is not in the cache /hub']], {});
  });
  test('local providers need no hub', () => check('dataset: {provider: synthetic, seq_len: 8}\n', [], {}));
});

describe('models of the hub', () => {
  const certify =
    'certify: {baseline: org/a, subject: ⟦org/b⟧}\ndataset: {provider: synthetic, seq_len: 8}\n';
  test('in the cache are looked into', () =>
    check(
      'certify: {baseline: org/a, subject: org/a}\ndataset: {provider: synthetic, seq_len: ⟦64⟧}\n',
      [
        ['T321', 'error', 'at most 32'],
        ['T321', 'error', 'at most 32'],
      ],
      repository('models--org--a', model),
    ));
  test('that are nowhere', () =>
    check(certify, [['M200', 'warning', 'the cache /hub']], repository('models--org--a', model)));
  test('of which a part is there', () =>
    check(certify, [['H804', 'warning', 'tokenizer.json']], {
      ...repository('models--org--a', model),
      ...repository('models--org--b', { 'config.json': '{}', 'model.safetensors': '' }),
    }));
  test('that a run downloads', () =>
    check(certify, [['H802', 'note', 'downloads it']], repository('models--org--a', model), on));
  test('that stand in local folders of that name', () =>
    check(
      'certify: {baseline: ⟦org/a⟧}\ndataset: {provider: synthetic, seq_len: 8}\n',
      [['T301', 'error', '/project/org/a']],
      {
        ...repository('models--org--a', model),
        '/project/org/a/config.json': '{}',
      },
    ));
});
