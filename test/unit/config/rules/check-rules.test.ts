import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../../engine/config/load-config.ts';
import { marked } from '../../../fixtures/marked-text.ts';

function check(
  input: string,
  expected: readonly (readonly [code: string, says: string])[],
  fixed?: string,
): void {
  const { text, range } = marked(input);
  const { findings } = parseConfig(text, { file: 'x.yaml' });
  expect(findings.map(({ code, message }) => [code, message])).toEqual(
    expected.map(([code, says]) => [code, expect.stringContaining(says)]),
  );
  if (range) expect(findings[0]?.range).toEqual(range);
  const fix = findings[0]?.fix;
  expect(fix && text.slice(0, fix.range.start) + fix.newText + text.slice(fix.range.end)).toBe(fixed);
}

describe('stride', () => {
  const data = (stride: string) => `dataset:\n  seq_len: 128\n  stride: ${stride}\n`;
  test('equal to seq_len is right', () => check(data('128'), []));
  test('absent is right', () => check('dataset: {seq_len: 128}', []));
  test('below', () => check(data('⟦64⟧'), [['T322', 'set stride to 128']], data('128')));
  test('beside a length that is none', () =>
    check('dataset: {seq_len: ⟦64.5⟧, stride: 64}', [['C111', 'must be a whole number']]));
  test('above', () => check(data('⟦256⟧'), [['T322', 'set stride to 128']], data('128')));
});

describe('counts', () => {
  test('that are equal', () => check('dataset: {preview_n: 5, final_n: 5}', []));
  test('that differ', () =>
    check(
      'dataset: {preview_n: 5, final_n: ⟦6⟧}',
      [['C131', 'preview_n is 5']],
      'dataset: {preview_n: 5, final_n: 5}',
    ));
});

describe('options beside the name of a provider', () => {
  test('that belong', () => check('dataset: {provider: local_jsonl, file: x, text_field: t}', []));
  test('that do not', () =>
    check('dataset: {provider: hf_text, ⟦file⟧: x}', [['C119', 'hf_text does not know "file"']]));
  test('that do not, beside a mapping', () =>
    check('dataset: {provider: {kind: wikitext2}, ⟦text_field⟧: x}', [['C119', 'wikitext2']]));
  test('local data that is not named', () =>
    check('dataset: {provider: ⟦local_jsonl⟧}', [['C116', 'add file, path or data_files']]));
  test('local data named in the mapping', () =>
    check('dataset: {provider: {kind: local_jsonl, path: x}}', []));
  test('a paired dataset without its name', () =>
    check('dataset: {provider: ⟦hf_seq2seq⟧}', [['C116', 'dataset_name']]));
});

describe('a certification', () => {
  const complete = 'dataset: {provider: wikitext2, seq_len: 8, preview_n: 2, final_n: 2}';
  test('that is complete', () => check(`certify: {baseline: a, subject: b}\n${complete}`, []));
  test('may take both models from the command line', () =>
    check(`certify: {profile: dev}\n${complete.replaceAll('_n: 2', '_n: 180')}`, []));
  test('without a profile takes no counts for granted', () =>
    check('certify: {tier: balanced}\ndataset: {provider: wikitext2, seq_len: 8}\n', []));
  test('without data', () =>
    check('⟦certify⟧: {profile: dev}\n', [['C116', 'with provider, seq_len, preview_n, final_n']]));
  test('without its window length', () =>
    check('certify: {tier: balanced}\n⟦dataset⟧: {provider: wikitext2, preview_n: 2, final_n: 2}\n', [
      ['C116', '"dataset.seq_len" is missing'],
    ]));
  test('with a misspelt window length says so once', () =>
    check(
      'certify: {tier: balanced}\ndataset: {provider: wikitext2, ⟦sequ_len⟧: 8, preview_n: 2, final_n: 2}\n',
      [['C110', '"seq_len"']],
      'certify: {tier: balanced}\ndataset: {provider: wikitext2, seq_len: 8, preview_n: 2, final_n: 2}\n',
    ));
  test('under ci brings counts of its own', () =>
    check('certify: {profile: ci}\ndataset: {provider: wikitext2, seq_len: 8}\n', []));
  test('with data in an include says nothing about what is in there', () =>
    check('certify: {profile: dev}\ndataset: !include data.yaml\n', []));
});
