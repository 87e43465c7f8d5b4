import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('config-layers');

/** A certification of the baseline against itself, with the certificate that it wrote. */
function certify(name: string, env: NodeJS.ProcessEnv, ...args: string[]) {
  const home = path.join(folder, name);
  // Forty short windows drift further than the usual band allows.
  const config = smallConfig(home, 'primary_metric: {drift_band: [0.5, 2]}\n');
  const run = runCli(['certify', '-c', config, '--subject', baselineFolder, ...args], { env });
  const file = path.join(home, 'cert/evaluation.cert.json');
  const read = () => JSON.parse(readFileSync(file, 'utf8'));
  return { run, file, read };
}

test('a tiers file decides the gates, stands in the certificate, and verify agrees', () => {
  const root = path.join(folder, 'policies');
  mkdirSync(path.join(root, 'runtime'), { recursive: true });
  writeFileSync(
    path.join(root, 'runtime/tiers.yaml'),
    'balanced:\n  metrics: {pm_ratio: {ratio_limit_base: 1.01, min_tokens: 100}}\n  spectral_guard: {max_caps: 1}\n',
  );
  const { run, file, read } = certify('tiers', { INVARLOCK_CONFIG_ROOT: root });
  expect(run.code).toBe(0);
  const certificate = read();
  expect(certificate.resolved_policy).toMatchObject({
    metrics: { pm_ratio: { ratio_limit_base: 1.01, min_tokens: 100 } },
    spectral: { max_caps: 1 },
  });
  expect(certificate.policy_provenance.overrides).toEqual([
    'guards.spectral.max_caps',
    'metrics.pm_ratio.min_tokens',
    'metrics.pm_ratio.ratio_limit_base',
  ]);
  expect(runCli(['verify', file]).code).toBe(0);
});

test('a variable that moves a bound counts under dev and stands in the evidence', () => {
  const env = { INVARLOCK_PM_ACCEPTANCE_MAX: '1.4' };
  const { read } = certify('bounds', env);
  const certificate = read();
  expect(certificate.meta.env_flags).toMatchObject(env);
  expect(certificate.primary_metric.acceptance_range).toEqual({ min: 0.95, max: 1.4 });
});

test('an edit config names the edit, and cannot move the windows', () => {
  const overlay = path.join(folder, 'edit.yaml');
  writeFileSync(overlay, 'model: {id: somebody/else}\nedit: {name: quant_rtn, plan: {bitwidth: 8}}\n');
  const { run, read } = certify('edit', {}, '--edit-config', overlay);
  expect([run.code, read().edit_name]).toEqual([1, 'quant_rtn']);
  writeFileSync(overlay, 'dataset: {seq_len: 16}\n');
  const refused = certify('edit-windows', {}, '--edit-config', overlay).run;
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('edit.yaml:1:11: error C144')]);
});
