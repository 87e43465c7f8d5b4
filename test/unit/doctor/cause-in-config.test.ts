import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/load-config.ts';
import type { Finding } from '../../../engine/core/findings.ts';
import { causeInConfig } from '../../../engine/doctor/cause-in-config.ts';

const file = '/project/run.yaml';
const text = [
  'certify: {baseline: models/a, subject: models/a-int8, profile: ci, out: runs}',
  'dataset: {provider: synthetic, seq_len: 8}',
  '',
].join('\n');

test.each<[string, Partial<Finding>, string | undefined]>([
  ['a model', { file: '/project/models/a/config.json' }, 'models/a'],
  ['a model whose name goes on', { file: '/project/models/a-int8/model.safetensors' }, 'models/a-int8'],
  ['an output', { file: '/project/runs' }, 'runs'],
  ['a value that stands nowhere', { pointer: '/dataset/preview_n' }, 'dataset'],
  ['a value that stands somewhere', { pointer: '/dataset/seq_len' }, '8'],
  ['memory', { code: 'D107', severity: 'warning' }, 'models/a-int8'],
  ['disk', { code: 'D108', severity: 'warning' }, 'runs'],
  ['a file elsewhere', { file: '/else/where' }, 'certify'],
  ['the machine', { code: 'D103' }, 'certify'],
  ['the machine, when all is well', { code: 'D103', severity: 'note' }, undefined],
  ['memory that is enough', { code: 'D107', severity: 'note' }, undefined],
  ['the configuration itself', { file, range: { start: 0, end: 7 } }, undefined],
])('%s', (_, given, expected) => {
  const { value: config } = parseConfig(text, { file });
  if (!config) throw new Error('the configuration of this test is wrong');
  const finding: Finding = { code: 'M222', severity: 'error', message: 'x', ...given };
  const cause = causeInConfig(finding, config);
  expect(cause && text.slice(cause.range.start, cause.range.end)).toBe(expected);
  if (cause) expect(cause.file).toBe(file);
});
