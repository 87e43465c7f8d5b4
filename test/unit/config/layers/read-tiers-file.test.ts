import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../engine/config/load-config.ts';
import { readRunSettings } from '../../../../engine/config/read-run-settings.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const run =
  'auto: {tiers_file: limits/tiers-own.yaml}\n' +
  'dataset: {provider: synthetic, seq_len: 8, preview_n: 4, final_n: 4}\n';
const own = 'balanced:\n  metrics: {pm_ratio: {min_tokens: 5000}, drift_band: {min: 0.8, max: 1.25}}\n';

async function settings(files: Readonly<Record<string, string>>, environment = {}) {
  const memory = new MemoryFiles(files);
  const { value: config } = await loadConfig(memory, '/project/run.yaml');
  if (!config) throw new Error('the configuration of this test is wrong');
  const inputs = { profile: 'dev', tier: 'balanced', environment, workingFolder: '/project' } as const;
  return readRunSettings(memory, config, inputs);
}

test('auto.tiers_file overrides the tier, and is known by its name and digest', async () => {
  const { value } = await settings({ '/project/run.yaml': run, '/project/limits/tiers-own.yaml': own });
  expect(value?.policy.metrics).toMatchObject({
    pm_ratio: { min_tokens: 5000, ratio_limit_base: 1.1 },
    drift_band: { min: 0.8, max: 1.25 },
  });
  expect(value?.policyOverrides).toEqual([
    'metrics.drift_band.max',
    'metrics.drift_band.min',
    'metrics.pm_ratio.min_tokens',
  ]);
  const sha256 = createHash('sha256').update(own).digest('hex');
  expect(value?.tiersFile).toEqual({ name: 'tiers-own.yaml', sha256 });
});

test('it stands in for the tiers of INVARLOCK_CONFIG_ROOT', async () => {
  const files = {
    '/project/run.yaml': run,
    '/project/limits/tiers-own.yaml': own,
    '/project/policies/runtime/tiers.yaml': 'balanced: {metrics: {pm_ratio: {min_tokens: 1}}}\n',
  };
  const environment = { INVARLOCK_CONFIG_ROOT: 'policies' };
  const { value } = await settings(files, environment);
  expect(value?.policy.metrics.pm_ratio.min_tokens).toBe(5000);
  const without = { ...files, '/project/run.yaml': run.slice(run.indexOf('dataset')) };
  const fromRoot = await settings(without, environment);
  expect(fromRoot.value?.policy.metrics.pm_ratio.min_tokens).toBe(1);
  expect(fromRoot.value?.tiersFile?.name).toBe('tiers.yaml');
});

describe('what cannot be used is an error at its place', () => {
  const named = '/project/limits/tiers-own.yaml';
  test.each<[string, Record<string, string>, string, string]>([
    ['a file that is not there', {}, 'C145', '/project/run.yaml'],
    ['an unknown gate', { [named]: 'balanced: {metrics: {ppl: {}}}\n' }, 'C110', named],
    ['half a band', { [named]: 'balanced: {metrics: {drift_band: {min: 0.9}}}\n' }, 'C116', named],
    ['a band upside down', { [named]: own.replace('0.8', '1.5') }, 'C137', named],
  ])('%s', async (_, files, code, file) => {
    const { value, findings } = await settings({ '/project/run.yaml': run, ...files });
    expect(value).toBeUndefined();
    expect(findings[0]).toMatchObject({ code, file, severity: 'error', range: expect.anything() });
  });
});
