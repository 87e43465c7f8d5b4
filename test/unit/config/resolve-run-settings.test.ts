import { describe, expect, test } from 'vitest';
import { type LoadedConfig, parseConfig } from '../../../engine/config/load-config.ts';
import type { ProfileName } from '../../../engine/config/profile-overlays.ts';
import { resolveCertifyRequest } from '../../../engine/config/resolve-certify-request.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import type { TierName } from '../../../engine/policy/tiers.ts';

function config(text: string): LoadedConfig {
  const { value, findings } = parseConfig(text, { file: '/project/run.yaml' });
  if (!value) throw new Error(JSON.stringify(findings));
  return value;
}

function resolve(text: string, profile: ProfileName = 'dev', tier: TierName = 'balanced') {
  return resolveRunSettings(config(text), { profile, tier });
}

const data = 'dataset: {provider: wikitext2, seq_len: 64, preview_n: 10, final_n: 10}\n';

describe('counts and replicates', () => {
  const bootstrap = (replicates: number) => `${data}eval: {bootstrap: {replicates: ${replicates}}}\n`;

  test.each([
    ['dev', 'balanced', 10, 'file', 50, 'file'],
    ['dev', 'conservative', 10, 'file', 50, 'file'],
    ['ci_cpu', 'balanced', 120, 'profile', 50, 'file'],
    ['ci', 'balanced', 200, 'profile', 1200, 'profile'],
    ['ci', 'aggressive', 200, 'profile', 1200, 'profile'],
    // The reference's ci cannot meet these floors at all.
    ['ci', 'conservative', 220, 'tier', 1500, 'tier'],
    ['release', 'conservative', 400, 'profile', 3200, 'profile'],
  ] as const)('under %s and %s', (profile, tier, windows, windowsFrom, replicates, replicatesFrom) => {
    const { value } = resolve(bootstrap(50), profile, tier);
    expect(value?.previewN).toMatchObject({ value: windows, origin: { kind: windowsFrom } });
    expect(value?.finalN).toMatchObject({ value: windows, origin: { kind: windowsFrom } });
    expect(value?.bootstrap.replicates).toMatchObject({
      value: replicates,
      origin: { kind: replicatesFrom },
    });
  });

  test('of the file stay when they are larger, without a remark', () => {
    const { value, findings } = resolve(bootstrap(5000).replaceAll('10', '900'), 'release');
    expect([value?.previewN.value, value?.bootstrap.replicates.value]).toEqual([900, 5000]);
    expect(findings).toEqual([]);
  });

  test('that are raised are remarked on where they are written', () => {
    const { findings } = resolve(bootstrap(50), 'ci');
    expect(findings.map(({ code, severity, pointer }) => [code, severity, pointer])).toEqual([
      ['C132', 'note', '/dataset/preview_n'],
      ['C132', 'note', '/dataset/final_n'],
      ['C132', 'note', '/eval/bootstrap/replicates'],
    ]);
    expect(findings[0]?.range).toEqual({ start: data.indexOf('10'), end: data.indexOf('10') + 2 });
  });

  test('that the file does not give are raised in silence', () => {
    const { value, findings } = resolve('dataset: {provider: wikitext2, seq_len: 64}\n', 'ci');
    expect(value?.previewN.value).toBe(200);
    expect(findings).toEqual([]);
  });

  test('may be named by the alias n', () => {
    expect(resolve(`${data}eval: {bootstrap: {n: 77}}\n`).value?.bootstrap.replicates.value).toBe(77);
  });
});

describe('what is not given', () => {
  test('has defaults', () => {
    const { value } = resolve(data);
    expect(value).toMatchObject({
      stride: { value: 64, origin: { kind: 'default' } },
      seed: { value: 42 },
      split: { value: 'validation' },
      metricKind: { value: 'auto' },
      bootstrap: {
        enabled: { value: true },
        method: { value: 'bca_paired_delta_log' },
        replicates: { value: 1000 },
        alpha: { value: 0.05 },
        seed: { value: 42 },
      },
      acceptanceRange: undefined,
      driftBand: undefined,
    });
    expect(value?.guardsOrder.value).toEqual(['invariants', 'spectral', 'rmt', 'variance', 'invariants']);
  });

  test('follows the seed of the dataset', () => {
    expect(resolve(data.replace('seq_len', 'seed: 7, seq_len')).value?.bootstrap.seed.value).toBe(7);
  });

  test.each([
    ['meta: {commit: x}\n', 'dataset.provider'],
    ['dataset: {provider: wikitext2, preview_n: 1, final_n: 1}\n', 'dataset.seq_len'],
    ['dataset: {provider: wikitext2, seq_len: 8, final_n: 1}\n', 'dataset.preview_n'],
  ])('and is needed is a finding: %s', (text, missing) => {
    const { value, findings } = resolve(text);
    expect(value).toBeUndefined();
    expect(findings[0]).toMatchObject({ code: 'C116', message: expect.stringContaining(missing) });
  });
});

describe('ranges', () => {
  const range = (text: string, profile: ProfileName = 'dev') =>
    resolve(`${data}primary_metric: ${text}\n`, profile).value;

  test.each([
    ['{acceptance_range: {min: 0.9}}', { min: 0.9, max: 1.1 }],
    ['{acceptance_range: {max: 1.3}}', { min: 0.95, max: 1.3 }],
    ['{acceptance_range: {min: 1.2, max: 1.0}}', { min: 1.2, max: 1.2 }],
  ])('of acceptance: %s', (text, expected) => {
    expect(range(text)?.acceptanceRange?.value).toEqual(expected);
  });
  test('of acceptance under ci_cpu come from the profile', () => {
    expect(range('{acceptance_range: {max: 3}}', 'ci_cpu')?.acceptanceRange).toMatchObject({
      value: { min: 0.95, max: 1.15 },
      origin: { kind: 'profile', label: 'ci_cpu' },
    });
  });
  test.each([
    ['{drift_band: [0.9, 1.2]}', { min: 0.9, max: 1.2 }],
    ['{drift_band: {min: 0.9}}', { min: 0.9, max: 1.05 }],
    ['{drift_band: {min: 2, max: 1}}', { min: 0.95, max: 1.05 }],
  ])('of drift: %s', (text, expected) => {
    expect(range(text)?.driftBand?.value).toEqual(expected);
  });
});

describe('the provider', () => {
  test.each([
    'dataset: {provider: local_jsonl, file: d/x.jsonl, text_field: t, seq_len: 8, preview_n: 1, final_n: 1}',
    'dataset: {provider: {kind: local_jsonl, file: d/x.jsonl, text_field: t}, seq_len: 8, preview_n: 1, final_n: 1}',
  ])('has its options with absolute paths: %s', (text) => {
    const { value } = resolve(text);
    expect(value?.provider.value).toBe('local_jsonl');
    expect(value?.providerOptions).toEqual({ file: '/project/d/x.jsonl', text_field: 't' });
  });
  test('has lists of paths made absolute, and empty options dropped', () => {
    const text =
      'dataset: {provider: local_jsonl, data_files: [a, /b], text_field: "", seq_len: 8, preview_n: 1, final_n: 1}';
    expect(resolve(text).value?.providerOptions).toEqual({ data_files: ['/project/a', '/b'] });
  });
});

test('a bootstrap that is off is warned about', () => {
  const { value, findings } = resolve(`${data}eval: {bootstrap: {enabled: false}}\n`);
  expect(value).toBeDefined();
  expect(findings).toMatchObject([{ code: 'C133', severity: 'warning', pointer: '/eval/bootstrap/enabled' }]);
});

describe('a certification', () => {
  const file = `certify: {baseline: m/a, subject: m/b, profile: ci, out: o}\nauto: {tier: conservative}\n${data}`;

  test('takes what the file says, from the folder of the file', () => {
    const { value } = resolveCertifyRequest(config(file), { workingFolder: '/home' });
    expect(value).toMatchObject({
      baseline: { value: '/project/m/a' },
      subject: { value: '/project/m/b' },
      profile: { value: 'ci' },
      tier: { value: 'conservative' },
      adapter: { value: 'auto', origin: { kind: 'default' } },
      out: { value: '/project/o' },
      certOut: { value: '/home/reports/cert', origin: { kind: 'default' } },
    });
  });

  test('lets flags win, from the working folder', () => {
    const flags = { workingFolder: '/home', subject: 'c', profile: ' DEV ', tier: 'balanced', certOut: '/x' };
    const { value } = resolveCertifyRequest(config(file), flags);
    expect(value).toMatchObject({
      subject: { value: '/home/c', origin: { kind: 'flag', label: '--subject' } },
      profile: { value: 'dev' },
      tier: { value: 'balanced' },
      certOut: { value: '/x' },
    });
  });

  test('needs both models and known names', () => {
    const { value, findings } = resolveCertifyRequest(undefined, {
      workingFolder: '/',
      profile: 'prod',
      tier: 'none',
    });
    expect(value).toBeUndefined();
    expect(findings.map(({ code }) => code)).toEqual(['C116', 'C116', 'C112', 'C112']);
  });
});
