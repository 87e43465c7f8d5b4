import { describe, expect, test } from 'vitest';
import { checkSettings } from '../../../engine/config/check-settings.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import type { WindowSchedule } from '../../../engine/data/data-types.ts';
import { checkCapacity } from '../../../engine/doctor/check-capacity.ts';
import { checkMachine } from '../../../engine/doctor/check-machine.ts';
import { withReferenceCode } from '../../../engine/doctor/reference-codes.ts';

const data = 'dataset: {provider: synthetic, seq_len: 12500, preview_n: 2, final_n: 2}\n';

function settingsOf(text: string) {
  const { value: config } = parseConfig(text, { file: '/project/run.yaml' });
  if (!config) throw new Error('the configuration of this test is wrong');
  const { value: settings } = resolveRunSettings(config, { profile: 'dev', tier: 'balanced' });
  if (!settings) throw new Error('the settings of this test are wrong');
  return { config, settings };
}

describe('settings', () => {
  test.each([
    [data, []],
    [`${data}model: {device: auto}\n`, []],
    [`${data}eval: {bootstrap: {replicates: 199}}\n`, ['D004 warning /eval/bootstrap/replicates']],
    [`${data}eval: {bootstrap: {replicates: 200}}\n`, []],
    [`${data}eval: {bootstrap: {replicates: 0}}\n`, []],
    [`${data}eval: {bootstrap: {replicates: 9, enabled: false}}\n`, []],
    [
      'dataset: {provider: local_jsonl, file: x, text_field: "", seq_len: 12500, preview_n: 2, final_n: 2}\n',
      ['D012 warning /dataset/text_field'],
    ],
    [data.replace('seq_len', 'workers: 2, seq_len'), ['D106 warning /dataset/workers']],
    [data.replace('seq_len', 'workers: 2, deterministic_shards: true, seq_len'), []],
    [data.replace('seq_len', 'workers: 0, seq_len'), []],
  ])('%s', (text, expected) => {
    const { config, settings } = settingsOf(text);
    const findings = checkSettings(config, settings, {});
    expect(findings.map(({ code, severity, pointer }) => `${code} ${severity} ${pointer}`)).toEqual(expected);
    for (const finding of findings) expect(finding).toMatchObject({ file: '/project/run.yaml', range: {} });
  });
});

describe('tokens that windows can hold at most', () => {
  const small = data.replace('12500', '12249');
  const tasks = (count: number) =>
    `dataset: {provider: local_jsonl_tasks, file: x, seq_len: 32, preview_n: ${count}, final_n: ${count}}\n`;
  test.each([
    [data.replace('12500', '12250'), {}, []],
    [small, {}, ['D008 warning /dataset/preview_n']],
    [small, { INVARLOCK_TINY_RELAX: '1' }, []],
    [tasks(200), {}, []],
    [tasks(199), {}, ['D008 warning /dataset/final_n']],
    [tasks(199), { INVARLOCK_TINY_RELAX: '1' }, []],
    [small.replace('synthetic', 'seq2seq'), {}, []],
  ])('%s %o', (text, environment, expected) => {
    const { config, settings } = settingsOf(text);
    const findings = checkSettings(config, settings, environment);
    expect(findings.map(({ code, severity, pointer }) => `${code} ${severity} ${pointer}`)).toEqual(expected);
  });
});

describe('capacity', () => {
  const window = (tokens: number) => ({
    id: 0,
    rowIndex: 0,
    inputIds: [],
    attentionMask: new Array<number>(tokens).fill(1),
  });
  const schedule = (tokens: number): WindowSchedule => ({
    preview: [window(tokens)],
    final: [window(tokens)],
  });
  test.each([
    [25_000, false, ['D007']],
    // 2 % below the floor still passes the gate when both arms are covered (spec 02 §7.4).
    [24_500, false, ['D007']],
    [24_499, false, ['D007', 'D008']],
    [24_499, true, ['D007']],
  ])('of %d tokens per arm', (tokens, isRelaxed, codes) => {
    const findings = checkCapacity(settingsOf(data).settings, schedule(tokens), isRelaxed);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(findings[0]?.details).toEqual({
      tokens_min: 50_000,
      examples_min: 200,
      tokens_available: 2 * tokens,
      examples_available: 2,
    });
  });
});

describe('the machine', () => {
  test.each([
    ['v22.12.0', {}, ['D104']],
    ['22.11.9', {}, ['D101', 'D104']],
    ['24.0.0', { INVARLOCK_TINY_RELAX: 'yes' }, ['D104', 'D013']],
    ['24.0.0', { INVARLOCK_TINY_RELAX: '0', INVARLOCK_DISABLE_PLUGIN_DISCOVERY: 'TRUE' }, ['D104', 'D006']],
  ])('with Node %s and %o', (version, environment, codes) => {
    expect(checkMachine(version, environment).map(({ code }) => code)).toEqual(codes);
  });
});

test.each([
  ['E308', '/dataset/provider', 'D001', 'not_in_this_version'],
  ['C112', '/dataset/provider/kind', 'D001', 'unknown'],
  ['C112', '/auto/tier', 'C112', undefined],
  ['T310', '/dataset/file', 'D011', 'data_file_missing'],
  ['C110', '/dataset/provider', 'C110', undefined],
] as const)('%s at %s is %s for the doctor', (code, pointer, expected, reason) => {
  const finding = withReferenceCode({ code, severity: 'error', message: 'x', pointer });
  expect([finding.code, finding.reason]).toEqual([expected, reason]);
  if (reason) expect(finding.details).toEqual({ engine_code: code });
});
