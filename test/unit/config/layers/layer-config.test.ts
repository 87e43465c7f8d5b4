import { describe, expect, test } from 'vitest';
import { nodeAt, plainValue } from '../../../../engine/config/config-node.ts';
import { type ConfigLayers, layerConfig } from '../../../../engine/config/layers/layer-config.ts';
import { readRuntimeFiles } from '../../../../engine/config/layers/read-runtime-files.ts';
import { loadConfig, parseConfig } from '../../../../engine/config/load-config.ts';
import { tierPolicies } from '../../../../engine/policy/tiers.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const dev = { profile: 'dev', tier: 'balanced' } as const;

function layer(text: string, layers: Partial<ConfigLayers> = {}) {
  const { value } = parseConfig(text, { file: '/project/run.yaml' });
  if (!value) throw new Error('the configuration of this test is wrong');
  return layerConfig(value, { ...dev, ...layers });
}

/** The value at a pointer, the kind and the label of its layer. */
function at(result: ReturnType<typeof layer>, pointer: string) {
  const found = nodeAt(result.config.root, pointer);
  const { kind, label } = found?.node.source ?? {};
  return [found && plainValue(found.node), kind, label];
}

async function withFiles(files: Readonly<Record<string, string>>, layers: ConfigLayers) {
  const memory = new MemoryFiles(files);
  const config = await loadConfig(memory, '/project/run.yaml');
  const environment = { INVARLOCK_CONFIG_ROOT: 'policies' };
  if (!config.value) throw new Error('the configuration of this test is wrong');
  const runtime = await readRuntimeFiles(memory, config.value, environment, layers.profile, '/project');
  return { runtime, result: layerConfig(config.value, { ...layers, runtime: runtime.value }) };
}

describe('the order of the layers', () => {
  test('nothing written: packaged values, the tier, and what follows another setting', () => {
    const result = layer('dataset: {seq_len: 64}\n');
    expect(at(result, '/dataset/split')).toEqual(['validation', 'default', undefined]);
    expect(at(result, '/dataset/stride')).toEqual([64, 'default', 'dataset.seq_len']);
    expect(at(result, '/eval/bootstrap/seed')).toEqual([42, 'default', 'dataset.seed']);
    expect(at(result, '/guards/variance/min_gain')).toEqual([0, 'tier', 'balanced']);
  });
  test('the file over the tier, the tier over what is packaged', () => {
    const result = layer('guards: {rmt: {margin: 9}}\n', { tier: 'conservative' });
    expect(at(result, '/guards/rmt/margin')).toEqual([9, 'file', undefined]);
    expect(at(result, '/guards/rmt/deadband')).toEqual([0.05, 'tier', 'conservative']);
  });
  test('the profile over the file, except for counts, which it only raises', () => {
    const result = layer('dataset: {preview_n: 300}\neval: {bootstrap: {alpha: 0.2}}\n', {
      profile: 'ci',
    });
    expect(at(result, '/dataset/preview_n')).toEqual([300, 'file', undefined]);
    expect(at(result, '/dataset/final_n')).toEqual([200, 'profile', 'ci']);
    expect(at(result, '/eval/bootstrap/alpha')).toEqual([0.05, 'profile', 'ci']);
  });
  test('flags over everything', () => {
    const flags = [{ flag: '--device', pointer: '/model/device', value: 'cuda' }];
    const result = layer('model: {device: mps}\n', { profile: 'ci_cpu', flags });
    expect(at(result, '/model/device')).toEqual(['cuda', 'flag', '--device']);
  });
  test('empty sections say nothing', () => {
    const result = layer('eval:\nauto: null\nguards: {spectral: null}\n');
    expect(at(result, '/eval/bootstrap/alpha')).toEqual([0.05, 'default', undefined]);
    expect(at(result, '/guards/spectral/max_caps')).toEqual([5, 'tier', 'balanced']);
  });
  test('old names count under the new one, unless the new one is given', () => {
    const result = layer('eval: {bootstrap: {n: 7}}\nmodel: {dtype: a, torch_dtype: b}\n');
    expect(at(result, '/eval/bootstrap/replicates')).toEqual([7, 'file', undefined]);
    expect(at(result, '/eval/bootstrap/n')[0]).toBeUndefined();
    expect(at(result, '/model/torch_dtype')[0]).toBe('b');
  });
});

describe('the environment', () => {
  const bounds = { INVARLOCK_PM_ACCEPTANCE_MAX: '1.5', INVARLOCK_PM_DRIFT_MIN: '0.5' };
  test('sets bounds under dev, and is recorded', () => {
    const result = layer('primary_metric: {drift_band: [0.9, 1.2]}\n', { environment: bounds });
    expect(at(result, '/primary_metric/acceptance_range/max')).toEqual([
      1.5,
      'environment',
      'INVARLOCK_PM_ACCEPTANCE_MAX',
    ]);
    expect(at(result, '/primary_metric/drift_band')[0]).toEqual({ min: 0.5, max: 1.2 });
    expect(result.activeEnvironment).toEqual(bounds);
    expect(result.findings).toEqual([]);
  });
  test.each(['ci', 'ci_cpu', 'release'] as const)('does not set bounds under %s, and says so', (profile) => {
    const result = layer('dataset: {seq_len: 8}\n', { profile, environment: bounds });
    expect(result.findings.map(({ code }) => code)).toEqual(['C142', 'C142']);
    expect(result.activeEnvironment).toEqual({});
    expect(at(result, '/primary_metric/drift_band')[0]).toBeUndefined();
  });
  test('that is no number does not count', () => {
    const environment = { INVARLOCK_PM_DRIFT_MAX: 'wide' };
    const result = layer('dataset: {seq_len: 8}\n', { environment });
    expect(result.findings).toMatchObject([{ code: 'C142', message: expect.stringContaining('"wide"') }]);
  });
  test('changes the counts of ci, above the file only', () => {
    const environment = { INVARLOCK_CI_PREVIEW: '300', INVARLOCK_CI_FINAL: 'x' };
    const result = layer('dataset: {preview_n: 250, final_n: 250}\n', { profile: 'ci', environment });
    expect(at(result, '/dataset/preview_n')).toEqual([300, 'environment', 'INVARLOCK_CI_PREVIEW']);
    expect(at(result, '/dataset/final_n')).toEqual([250, 'file', undefined]);
    expect(result.activeEnvironment).toEqual({ INVARLOCK_CI_PREVIEW: '300' });
    expect(result.findings).toMatchObject([{ code: 'C142' }]);
    expect(layer('dataset: {seq_len: 8}\n', { environment }).activeEnvironment).toEqual({});
  });
});

describe('INVARLOCK_CONFIG_ROOT', () => {
  const run = { '/project/run.yaml': 'dataset: {seq_len: 8, final_n: 500}\n' };
  const profiles = '/project/policies/runtime/profiles';

  test('brings a profile in place of the packaged one, with includes', async () => {
    const { runtime, result } = await withFiles(
      {
        ...run,
        [`${profiles}/ci.yaml`]: 'dataset: !include parts/d.yaml\neval: {bootstrap: {replicates: 4000}}\n',
        [`${profiles}/parts/d.yaml`]: 'preview_n: 250\nfinal_n: 250\n',
      },
      { profile: 'ci', tier: 'balanced' },
    );
    expect(runtime.findings).toEqual([]);
    expect(at(result, '/dataset/preview_n')).toEqual([250, 'profile', 'ci']);
    expect(at(result, '/dataset/final_n')).toEqual([500, 'file', undefined]);
    expect(at(result, '/eval/bootstrap/replicates')[0]).toBe(4000);
    expect(result.config.origin('/dataset/preview_n')?.file).toBe(`${profiles}/parts/d.yaml`);
  });
  test('brings tiers over the packaged ones, for gates and guards alike', async () => {
    const { runtime, result } = await withFiles(
      {
        ...run,
        '/project/policies/runtime/tiers.yaml':
          'balanced:\n  metrics: {pm_ratio: {ratio_limit_base: 1.02}}\n  spectral_guard: {max_caps: 1, family_caps: {ffn: 2}}\n',
      },
      dev,
    );
    expect(runtime.findings).toEqual([]);
    expect(result.policy.metrics.pm_ratio).toMatchObject({ ratio_limit_base: 1.02, min_tokens: 50000 });
    expect(result.policy.spectral).toMatchObject({
      max_caps: 1,
      scope: 'all',
      family_caps: { ffn: { kappa: 2 }, attn: { kappa: 3.018 } },
    });
    expect(at(result, '/guards/spectral/max_caps')).toEqual([1, 'tier', 'balanced']);
    expect(result.config.origin('/guards/spectral/max_caps')?.file).toBe(
      '/project/policies/runtime/tiers.yaml',
    );
  });
  test.each([
    ['a profile with a typo', `${profiles}/ci.yaml`, 'dataset: {previw_n: 3}\n', 'C110'],
    ['a profile that chooses models', `${profiles}/ci.yaml`, 'certify: {baseline: a}\n', 'C114'],
    ['tiers with a strange tier', '/project/policies/runtime/tiers.yaml', 'strict: {}\n', 'C110'],
    [
      'tiers with a strange gate',
      '/project/policies/runtime/tiers.yaml',
      'balanced: {metrics: {ppl: {}}}',
      'C110',
    ],
    ['a broken file', `${profiles}/ci.yaml`, 'a: [\n', 'C101'],
  ])('with %s is an error at its place', async (_, file, text, code) => {
    const { runtime } = await withFiles({ ...run, [file]: text }, { profile: 'ci', tier: 'balanced' });
    expect(runtime.value).toBeUndefined();
    expect(runtime.findings[0]).toMatchObject({ code, file, severity: 'error' });
  });
  test('that is not there is a warning', async () => {
    const { runtime } = await withFiles(run, dev);
    expect(runtime.findings).toMatchObject([{ code: 'C141', severity: 'warning' }]);
  });
});

test.each(['balanced', 'conservative', 'aggressive'] as const)(
  'without overrides the policy is that of %s',
  (tier) => {
    const { policy, policyOverrides } = layer('dataset: {seq_len: 8}\n', { tier });
    expect(policy).toEqual(tierPolicies[tier]);
    expect(policyOverrides).toEqual([]);
  },
);

test('release has a calibration budget of its own', () => {
  const { policy, policyOverrides } = layer('dataset: {seq_len: 8}\n', { profile: 'release' });
  expect(policy.variance.max_calib).toBe(320);
  expect(policyOverrides).toEqual(['guards.variance.max_calib']);
});

test('the policy is that of the tier with the guards of the file over it', () => {
  const { policy, policyOverrides } = layer(
    'guards: {spectral: {family_caps: {attn: 1}}, variance: {clamp: [0.5, 2]}}\n',
  );
  expect(policy.spectral).toMatchObject({ family_caps: { attn: { kappa: 1 }, ffn: { kappa: 3.849 } } });
  expect(policy.variance).toMatchObject({ clamp: [0.5, 2], scope: 'ffn' });
  expect(policy.metrics.pm_ratio.ratio_limit_base).toBe(1.1);
  expect(policyOverrides).toEqual(['guards.spectral.family_caps.attn', 'guards.variance.clamp']);
});
