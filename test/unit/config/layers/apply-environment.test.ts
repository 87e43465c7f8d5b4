import { expect, test } from 'vitest';
import { nodeAt, plainValue } from '../../../../engine/config/config-node.ts';
import { type ConfigLayers, layerConfig } from '../../../../engine/config/layers/layer-config.ts';
import { parseConfig } from '../../../../engine/config/load-config.ts';

function layer(text: string, environment: Record<string, string>, layers: Partial<ConfigLayers> = {}) {
  const { value } = parseConfig(text, { file: '/project/run.yaml' });
  if (!value) throw new Error('the configuration of this test is wrong');
  return layerConfig(value, { profile: 'dev', tier: 'balanced', environment, ...layers });
}

function valueAt({ config }: ReturnType<typeof layer>, pointer: string) {
  const found = nodeAt(config.root, pointer)?.node;
  return found && plainValue(found);
}

const percentile = 'eval: {bootstrap: {method: percentile}}\n';
const windows = (count: number) => `dataset: {final_n: ${count}}\n${percentile}`;

test.each<[string, string, string, string, readonly string[], boolean]>([
  ['enough pairs', windows(200), '1', 'bca_paired_delta_log', [], true],
  ['too few pairs', windows(199), 'yes', 'percentile', ['C142'], false],
  ['no windows named', percentile, 'on', 'percentile', ['C142'], false],
  ['the switch off', windows(200), '0', 'percentile', [], false],
  ['BCa already', 'dataset: {final_n: 10}\neval: {bootstrap: {method: bca}}\n', '1', 'bca', [], false],
])('INVARLOCK_BOOTSTRAP_BCA with %s', (_name, text, value, method, codes, isRecorded) => {
  const result = layer(text, { INVARLOCK_BOOTSTRAP_BCA: value });
  expect(valueAt(result, '/eval/bootstrap/method')).toBe(method);
  expect(result.findings.map(({ code }) => code)).toEqual(codes);
  expect(result.activeEnvironment).toEqual(isRecorded ? { INVARLOCK_BOOTSTRAP_BCA: value } : {});
});

test('counts that a profile brings make enough pairs', () => {
  const result = layer(windows(10), { INVARLOCK_BOOTSTRAP_BCA: '1' }, { profile: 'ci' });
  expect(valueAt(result, '/eval/bootstrap/method')).toBe('bca_paired_delta_log');
});

const flags = [{ flag: '--device', pointer: '/model/device', value: 'webgpu' }];
test.each<[string, Partial<ConfigLayers>, string]>([
  ['over the file', {}, 'cuda'],
  ['over the profile', { profile: 'ci_cpu' }, 'cuda'],
  ['under the command line', { flags }, 'webgpu'],
])('INVARLOCK_EVAL_DEVICE stands %s', (_name, layers, expected) => {
  const result = layer('model: {device: mps}\n', { INVARLOCK_EVAL_DEVICE: ' cuda ' }, layers);
  expect(valueAt(result, '/model/device')).toBe(expected);
  expect(result.activeEnvironment).toEqual({ INVARLOCK_EVAL_DEVICE: 'cuda' });
});

test('an empty INVARLOCK_EVAL_DEVICE is none', () => {
  const result = layer('model: {device: mps}\n', { INVARLOCK_EVAL_DEVICE: ' ' });
  expect([valueAt(result, '/model/device'), result.activeEnvironment]).toEqual(['mps', {}]);
});
