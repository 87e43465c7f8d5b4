import { describe, expect, test } from 'vitest';
import { parseDatasetCard } from '../../../engine/hub/dataset-card.ts';
import { type DatasetPart, splitFiles } from '../../../engine/hub/split-files.ts';

const isRead = (name: string) => /\.(?:parquet|jsonl|csv|txt)(?:\.gz)?$/u.test(name);

function check(names: string[], part: Partial<DatasetPart>, expected: string[] | string, card = '') {
  const configs = parseDatasetCard(card);
  const { value, findings } = splitFiles(
    names,
    configs,
    { id: 'org/data', split: 'validation', ...part },
    isRead,
  );
  expect(value ? [value.configName, ...value.names] : findings.map(({ code }) => code).join()).toEqual(
    expected,
  );
  return findings[0]?.message ?? '';
}

const wikitext = `---
license: cc
configs:
- config_name: wikitext-2-raw-v1
  data_files:
  - split: test
    path: wikitext-2-raw-v1/test-*
  - split: validation
    path: [wikitext-2-raw-v1/validation-*]
- config_name: plain
  data_files: "plain/*.csv"
---
# WikiText
`;
const shards = [
  'wikitext-2-raw-v1/validation-00001-of-00002.parquet',
  'wikitext-2-raw-v1/validation-00000-of-00002.parquet',
  'plain/x.csv',
  'wikitext-2-raw-v1/test-00000-of-00001.parquet',
  'README.md',
];

describe('by the card', () => {
  test('splits with patterns, in order', () =>
    check(
      shards,
      { configName: 'wikitext-2-raw-v1' },
      [
        'wikitext-2-raw-v1',
        'wikitext-2-raw-v1/validation-00000-of-00002.parquet',
        'wikitext-2-raw-v1/validation-00001-of-00002.parquet',
      ],
      wikitext,
    ));
  test('patterns without a split are for training', () =>
    check(shards, { configName: 'plain', split: 'train' }, ['plain', 'plain/x.csv'], wikitext));
  test('several configurations need a name', () => {
    expect(check(shards, {}, 'H822', wikitext)).toContain('plain, wikitext-2-raw-v1');
  });
  test('one that is not there', () => void check(shards, { configName: 'other' }, 'H822', wikitext));
  test('a split that is not there', () => {
    expect(check(shards, { configName: 'plain' }, 'H822', wikitext)).toContain('one of train');
  });
  test('the default one, in a folder of its own', () =>
    check(
      ['en/dev.jsonl', 'en/train.jsonl', 'de/dev.jsonl'],
      {},
      ['en', 'en/dev.jsonl'],
      '---\nconfigs:\n- config_name: de\n  data_dir: de\n- config_name: en\n  data_dir: en\n  default: true\n---\n',
    ));
  test('files of other places do not count', () =>
    void check(
      ['a.csv'],
      { split: 'train' },
      ['default', 'a.csv'],
      '---\nconfigs:\n- data_files: https://x/y.csv\n---\n',
    ));
});

describe('by names', () => {
  test.each<[string[], Partial<DatasetPart>, string[] | string]>([
    [
      ['data/train-00000-of-00001-abc.parquet', 'data/validation-00000-of-00001.parquet'],
      {},
      ['default', 'data/validation-00000-of-00001.parquet'],
    ],
    [
      ['data/dev_clean-00000-of-00001.parquet'],
      { split: 'dev_clean' },
      ['default', 'data/dev_clean-00000-of-00001.parquet'],
    ],
    [['train.jsonl', 'valid.jsonl.gz'], {}, ['default', 'valid.jsonl.gz']],
    [['val/a.csv', 'val/b.csv', 'test/a.csv'], {}, ['default', 'val/a.csv', 'val/b.csv']],
    [['my_test_set.csv', 'train.csv'], { split: 'test' }, ['default', 'my_test_set.csv']],
    [['latest.csv'], { split: 'train' }, ['default', 'latest.csv']],
    [
      ['en/train-00000-of-00001.parquet', 'de/train-00000-of-00001.parquet'],
      { configName: 'de', split: 'train' },
      ['de', 'de/train-00000-of-00001.parquet'],
    ],
    [
      ['en/train/0000.parquet', 'en/partial-validation/0000.parquet'],
      {},
      ['en', 'en/partial-validation/0000.parquet'],
    ],
    [['en/train/0000.parquet', 'de/train/0000.parquet'], { split: 'train' }, 'H822'],
    [['data/train.arrow'], { split: 'train' }, 'H823'],
    [['data.py', 'data/x.zip'], {}, 'H821'],
    [['train.csv'], {}, 'H822'],
    [['.git/train.csv', '__MACOSX/train.csv', 'README.md'], { split: 'train' }, 'H823'],
  ])('%j, %j', (names, part, expected) => void check(names, part, expected));
});
