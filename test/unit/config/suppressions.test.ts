import { expect, test } from 'vitest';
import { loadConfig, parseConfig } from '../../../engine/config/load-config.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const codesOf = (text: string) => parseConfig(text, { file: 'x.yaml' }).findings.map(({ code }) => code);

test.each<[string, string[]]>([
  ['model:\n  adapter: hf_casual\n', ['C118']],
  ['model:\n  adapter: hf_casual # invarlock-disable-line C118\n', []],
  ['model:\r\n  # invarlock-disable-next-line C118\r\n  adapter: hf_casual\r\n', []],
  ['model:\n  adapter: hf_casual # ours. invarlock-disable-line C118\n', ['C118']],
  ['model:\n  adapter: hf_casual # ours # invarlock-disable-line C118\n', []],
  ['model:\n  adapter: hf_casual # invarlock-disable-line C115\n', ['C118']],
  ['model:\n  adapter: hf_casual # invarlock-disable-line C115, C118\n', []],
  ['model:\n  # invarlock-disable-line C118\n  adapter: hf_casual\n', ['C118']],
  ['model:\n  adapter: hf_casual # invarlock-disable-next-line C118\n', ['C118']],
  // An error stays, and the comment that cannot silence it is remarked upon.
  ['dataset:\n  sed: 1 # invarlock-disable-line C110\n', ['C110', 'C191']],
  ['dataset:\n  seed: 1 # invarlock-disable-line X999\n', ['C191']],
  ['dataset:\n  seed: 1 # invarlock-disable-line\n', []],
])('%j', (text, expected) => expect(codesOf(text)).toEqual(expected));

test('a comment in an included file counts there', async () => {
  const files = new MemoryFiles({
    '/project/run.yaml': 'model: !include model.yaml\n',
    '/project/model.yaml': 'adapter: hf_casual # invarlock-disable-line C118\n',
  });
  expect((await loadConfig(files, '/project/run.yaml')).findings).toEqual([]);
});

test('notes about decided values are silenced too', () => {
  const notes = (comment: string) => {
    const text = `dataset:\n  provider: synthetic\n  seq_len: 8\n  preview_n: 2 ${comment}\n  final_n: 2\n`;
    const { value } = parseConfig(text, { file: 'x.yaml' });
    const { findings } = resolveRunSettings(value!, { profile: 'ci', tier: 'balanced' });
    return findings.filter(({ code, pointer }) => code === 'C132' && pointer === '/dataset/preview_n').length;
  };
  expect(notes('')).toBe(1);
  expect(notes('# invarlock-disable-line C132')).toBe(0);
});
