import { expect, test } from 'vitest';
import { nodeAt, plainValue } from '../../../engine/config/config-node.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { parseYaml } from '../../../engine/config/parse-yaml.ts';
import { profileAndTier, profileEffects } from '../../../engine/config/profile-effects.ts';
import { profileNames, tierNames } from '../../../engine/config/profile-overlays.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';

const loaded = (counts: number, rest = '') =>
  parseConfig(
    `dataset: {provider: synthetic, seq_len: 8, preview_n: ${counts}, final_n: ${counts}}\n${rest}`,
    { file: 'x.yaml' },
  ).value!;

test.each(
  profileNames.flatMap((profile) =>
    tierNames.flatMap((tier) => [1, 150, 9999].map((n) => [profile, tier, n] as const)),
  ),
)('%s, %s, %d windows: the same as the run decides', (profile, tier, counts) => {
  for (const rest of [
    '',
    'eval: {bootstrap: {replicates: 2000, alpha: 0.1}}',
    'eval: {bootstrap: {n: 10}}',
  ]) {
    const config = loaded(counts, rest);
    const settings = resolveRunSettings(config, { profile, tier }).value!;
    const effects = new Map(
      profileEffects(config.root, { profile, tier }).map((one) => [one.pointer, one.value]),
    );
    const effective = (pointer: string, fallback?: unknown) => {
      const node = nodeAt(config.root, pointer)?.node;
      return effects.get(pointer) ?? (node ? plainValue(node) : fallback);
    };
    expect(effective('/dataset/preview_n')).toBe(settings.previewN.value);
    expect(effective('/dataset/final_n')).toBe(settings.finalN.value);
    const old = nodeAt(config.root, '/eval/bootstrap/n') ? 'n' : 'replicates';
    expect(effective(`/eval/bootstrap/${old}`, 1000)).toBe(settings.bootstrap.replicates.value);
    expect(effective('/eval/bootstrap/alpha', 0.05)).toBe(settings.bootstrap.alpha.value);
    expect(effective('/eval/bootstrap/method', 'bca_paired_delta_log')).toBe(settings.bootstrap.method.value);
    expect(effective('/model/device', 'auto')).toBe(settings.device.value);
    expect(effective('/primary_metric/acceptance_range')).toEqual(settings.acceptanceRange?.value);
  }
});

test.each([
  ['certify: {}', { profile: 'ci', tier: 'balanced' }],
  ['certify: {profile: dev}\nauto: {tier: aggressive}', { profile: 'dev', tier: 'aggressive' }],
  ['certify: {tier: conservative}\nauto: {tier: aggressive}', { profile: 'ci', tier: 'conservative' }],
  ['dataset: {seed: 1}', undefined],
])('the file asks for a profile and a tier: %j', (text, expected) => {
  const root = parseYaml(text, { kind: 'file' }).value!;
  expect(profileAndTier(root)).toEqual(expected);
});
