import { describe, expect, test } from 'vitest';
import { checkFileRules } from '../../../../engine/config/file-rules/check-file-rules.ts';
import { parseConfig } from '../../../../engine/config/load-config.ts';
import type { RuleSituation } from '../../../../engine/config/rules/rule.ts';
import { marked } from '../../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const vocabulary = { model: { vocab: { a: 0, b: 1 } }, added_tokens: [{ content: '<pad>', id: 2 }] };
const model = (folder: string, config: object = {}, tokenizer: object = vocabulary) => ({
  [`${folder}/config.json`]: JSON.stringify({
    model_type: 'gpt2',
    vocab_size: 3,
    n_positions: 32,
    ...config,
  }),
  [`${folder}/tokenizer.json`]: JSON.stringify(tokenizer),
});
const disk = {
  ...model('/project/m/a'),
  ...model('/project/m/b'),
  '/project/d/x.jsonl': '{"text":"x"}\n'.repeat(10),
};

async function check(
  input: string,
  expected: readonly (readonly [code: string, severity: string, says: string])[],
  files: Readonly<Record<string, string>> = disk,
  { situation = {} }: { situation?: RuleSituation } = {},
): Promise<void> {
  const { text, range } = marked(input);
  const { value } = parseConfig(text, { file: '/project/run.yaml' });
  if (!value) throw new Error('the configuration of this test is wrong');
  const findings = await checkFileRules(new MemoryFiles(files), value, situation);
  expect(findings.map(({ code, severity, message }) => [code, severity, message])).toEqual(
    expected.map(([code, severity, says]) => [code, severity, expect.stringContaining(says)]),
  );
  if (range) expect(findings[0]).toMatchObject({ range, file: '/project/run.yaml' });
}

const models = 'certify: {baseline: m/a, subject: m/b}\n';
const data = (counts: number, where = 'file: d/x.jsonl') =>
  `dataset: {provider: local_jsonl, ${where}, seq_len: 32, preview_n: ${counts}, final_n: ${counts}}\n`;

test('what is there and fits gives nothing', () => check(models + data(5), []));

describe('a model', () => {
  test('that is missing is a warning: it may be made later', () =>
    check(`certify: {baseline: m/a, subject: ⟦m/c⟧}\n${data(5)}`, [['M200', 'warning', '/project/m/c']]));
  test('that is a file', () =>
    check(`certify: {baseline: ⟦d/x.jsonl⟧}\n${data(5)}`, [['M200', 'error', 'neither a folder']]));
  test('that is an .onnx file, with its settings beside it', () =>
    check(`certify: {baseline: m/a/model_q4.onnx}\n${data(5)}`, [], {
      ...disk,
      '/project/m/a/model_q4.onnx': '',
    }));
  test('that is an ONNX model without config.json', () =>
    check(`certify: {baseline: m/o}\n${data(5)}`, [], {
      ...disk,
      '/project/m/o/model.onnx': '',
      '/project/m/o/tokenizer.json': JSON.stringify(vocabulary),
    }));
  test('without its config and tokenizer', () =>
    check(
      `certify: {baseline: ⟦m/e⟧}\n${data(5)}`,
      [
        ['M201', 'error', 'config.json'],
        ['T301', 'error', 'tokenizer.json'],
      ],
      { ...disk, '/project/m/e/model.safetensors': '' },
    ));
  test('whose tokenizer has more ids than rows', () =>
    check(`certify: {baseline: ⟦m/a⟧}\n${data(5)}`, [['T303', 'error', 'ids up to 2']], {
      ...disk,
      ...model('/project/m/a', { vocab_size: 2 }),
    }));
  test('whose tokenizer is a list', () =>
    check(`certify: {baseline: m/a}\n${data(5)}`, [['T303', 'error', 'ids up to 3']], {
      ...disk,
      ...model(
        '/project/m/a',
        {},
        {
          model: {
            vocab: [
              ['a', 0],
              ['b', 0],
              ['c', 0],
              ['d', 0],
            ],
          },
        },
      ),
    }));
  test('that reads fewer tokens than a window has', () =>
    check(`certify: {baseline: m/a}\ndataset: {provider: synthetic, seq_len: ⟦33⟧}\n`, [
      ['T321', 'error', 'at most 32'],
    ]));
  test('with broken JSON is left to the run', () =>
    check(models + data(5), [], { ...disk, '/project/m/a/config.json': '{' }));
});

describe('data', () => {
  test('that is missing', () =>
    check(data(5, 'file: ⟦d/y.jsonl⟧'), [['T310', 'error', '/project/d/y.jsonl']]));
  test('of a mapping that is missing', () =>
    check('dataset: {provider: {kind: local_jsonl, path: ⟦nowhere⟧}}\n', [['T310', 'error', 'nowhere']]));
  test.each(['path: d', 'path: d/x.jsonl', 'data_files: d/*.jsonl', 'data_files: [d/x.jsonl]'])(
    'named by %s',
    (where) => check(data(5, where), []),
  );
  test('with fewer lines than windows', () =>
    check('dataset: {provider: local_jsonl, file: d/x.jsonl, seq_len: 8, preview_n: ⟦6⟧, final_n: 6}\n', [
      ['E303', 'error', 'has 10 lines, but 12 windows'],
    ]));
  test('with fewer lines than the profile asks for', () =>
    check(
      'dataset: {provider: local_jsonl, file: ⟦d/x.jsonl⟧, seq_len: 8}\n',
      [['E303', 'error', '400 windows are needed under ci']],
      disk,
      { situation: { profile: 'ci' } },
    ));
  test('whose blank lines do not count, and whose last line needs no end', () =>
    check(data(5), [['E303', 'error', '2 lines']], { ...disk, '/project/d/x.jsonl': '{}\n\n  \r\n{}' }));
  test('too large to count says nothing', () =>
    check(data(5), [], { ...disk, '/project/d/x.jsonl': ' '.repeat(17 << 20) }));
  test('in an include says nothing', () => check('dataset: !include d.yaml\n', []));
});
