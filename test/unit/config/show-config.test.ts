import { describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from '../../../engine/config/load-config.ts';
import { resolveConfig } from '../../../engine/config/resolve-config.ts';
import { originInWords, showConfig } from '../../../engine/config/show-config.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const files = {
  '/project/run.yaml':
    'defaults: !include base.yaml\ncertify: {baseline: m/a, subject: m/b, profile: dev}\ndataset:\n  stride: 64\n  preview_n: 300\n  final_n: 300\n',
  '/project/base.yaml':
    'dataset: {provider: local_jsonl, file: "x 1.jsonl", seq_len: 64}\nmeta: !include meta.yaml\n',
  '/project/meta.yaml': 'commit: "1"\n_note: [a, {b: 1}]\n',
  '/project/policies/runtime/tiers.yaml': 'balanced:\n  rmt_guard: {margin: 2}\n',
};

async function resolved(inputs: Partial<Parameters<typeof resolveConfig>[2]> = {}) {
  const memory = new MemoryFiles(files);
  const loaded = await loadConfig(memory, '/project/run.yaml');
  if (!loaded.value) throw new Error(JSON.stringify(loaded.findings));
  const result = await resolveConfig(memory, loaded.value, {
    environment: {},
    workingFolder: '/project',
    ...inputs,
  });
  if (!result.value) throw new Error(JSON.stringify(result.findings));
  return result.value.config;
}

test('a configuration is shown with includes and defaults merged, in the order of the sections', async () => {
  const { value } = await loadConfig(new MemoryFiles(files), '/project/run.yaml');
  expect(showConfig(value!.root)).toBe(`certify:
  baseline: m/a
  subject: m/b
  profile: dev
dataset:
  provider: local_jsonl
  file: "x 1.jsonl"
  seq_len: 64
  stride: 64
  preview_n: 300
  final_n: 300
meta:
  commit: "1"
  _note:
    - a
    - {b: 1}
`);
});

test('what is shown loads to the same values', async () => {
  const config = await resolved();
  const again = parseConfig(showConfig(config.root, { origin: () => 'x' }), { file: '/project/run.yaml' });
  expect(again.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(again.value?.data).toEqual(config.data);
});

describe('the origin of a value', () => {
  test.each([
    ['certify.profile', 'run.yaml:2'],
    ['certify.tier', 'default'],
    ['certify.cert_out', 'default'],
    ['dataset.provider', 'base.yaml:1 (defaults)'],
    ['meta.commit', 'meta.yaml:1 (defaults)'],
    ['dataset.preview_n', 'run.yaml:5'],
    ['eval.bootstrap.seed', 'default: follows dataset.seed'],
    ['guards.rmt.margin', 'tier balanced (policies/runtime/tiers.yaml:2)'],
    ['guards.rmt.deadband', 'tier balanced'],
    ['primary_metric.drift_band.min', 'environment INVARLOCK_PM_DRIFT_MIN'],
    ['model.device', '--device'],
  ])('%s: %s', async (name, words) => {
    const config = await resolved({
      environment: { INVARLOCK_CONFIG_ROOT: '/project/policies', INVARLOCK_PM_DRIFT_MIN: '0.9' },
      flags: [{ flag: '--device', pointer: '/model/device', value: 'cpu' }],
    });
    expect(originOf(config, name)).toBe(words);
  });

  test('under another profile and tier', async () => {
    const config = await resolved({ profile: 'release', tier: 'conservative' });
    expect(originOf(config, 'dataset.preview_n')).toBe('profile release');
    expect(originOf(config, 'certify.profile')).toBe('--profile');
    expect(originOf(config, 'auto.tier')).toBe('--tier');
  });
});

test('an include that is not a default says so', async () => {
  const memory = new MemoryFiles({
    '/project/run.yaml': 'dataset: !include d.yaml\n',
    '/project/d.yaml': 'seed: 1\n',
  });
  const { value } = await loadConfig(memory, '/project/run.yaml');
  const text = showConfig(value!.root, { origin: (node) => originInWords(node, value!.texts, '/project') });
  expect(text).toBe('dataset:\n  seed: 1  # d.yaml:1 (included)\n');
});

test('unknown names are findings', async () => {
  const memory = new MemoryFiles(files);
  const { value } = await loadConfig(memory, '/project/run.yaml');
  const inputs = { environment: {}, workingFolder: '/project', profile: 'nightly', tier: 'none' };
  const { findings } = await resolveConfig(memory, value!, inputs);
  expect(findings.map(({ code }) => code)).toEqual(['C112', 'C112']);
});

/** The comment behind a value in what is shown. */
function originOf(config: Awaited<ReturnType<typeof resolved>>, name: string): string | undefined {
  let node: typeof config.root | undefined | object = config.root;
  const shown = showConfig(config.root, {
    origin: (value) => originInWords(value, config.texts, '/project'),
  });
  expect(shown).toContain(`${name.split('.').at(-1)}:`);
  for (const key of name.split('.')) {
    const mapping = node as typeof config.root;
    node = mapping.entries.get(key)?.node;
  }
  return node && originInWords(node as typeof config.root, config.texts, '/project');
}
