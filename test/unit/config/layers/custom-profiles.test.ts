import { expect, test } from 'vitest';
import { checkConfigFile } from '../../../../engine/config/check-config-file.ts';
import { customProfileNames, profileFile } from '../../../../engine/config/layers/custom-profiles.ts';
import { loadConfig } from '../../../../engine/config/load-config.ts';
import { readRunSettings } from '../../../../engine/config/read-run-settings.ts';
import { resolveCertifyRequest } from '../../../../engine/config/resolve-certify-request.ts';
import { resolveConfig } from '../../../../engine/config/resolve-config.ts';
import { resolveRunRequest } from '../../../../engine/config/resolve-run-request.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const environment = { INVARLOCK_CONFIG_ROOT: 'root' };
const workingFolder = '/project';
const file = '/project/run.invarlock.yaml';
const files = new MemoryFiles({
  [file]:
    'certify: {baseline: a, subject: b, profile: nightly}\nmodel: {id: a}\ndataset: {provider: synthetic, seq_len: 8, preview_n: 30, final_n: 30}\n',
  '/project/root/runtime/profiles/Nightly.yaml':
    'dataset: {preview_n: 50, final_n: 20}\nmodel: {device: cpu}\n',
  '/project/root/runtime/profiles/ci.yaml': 'dataset: {preview_n: 250, final_n: 250}\n',
  '/project/root/runtime/profiles/notes.txt': '',
});

test.each([
  [environment, ['nightly']],
  [{ INVARLOCK_CONFIG_ROOT: '/project/root' }, ['nightly']],
  [{ INVARLOCK_CONFIG_ROOT: 'elsewhere' }, []],
  [{}, []],
])('the names that %o adds to the packaged ones', async (variables, expected) => {
  expect(await customProfileNames(files, variables, workingFolder)).toEqual(expected);
});

test.each([
  ['nightly', 'Nightly.yaml'],
  ['ci', 'ci.yaml'],
  ['weekly', 'weekly.yaml'],
])('the file of %s is %s', async (label, expected) => {
  expect(await profileFile(files, '/project/root/runtime', label)).toBe(expected);
});

test('the file may name it where it is known, and nowhere else', async () => {
  const known = await loadConfig(files, file, { customProfiles: ['nightly'] });
  expect(known.value?.data.certify?.profile).toBe('nightly');
  const unknown = await loadConfig(files, file);
  expect(unknown.findings).toMatchObject([{ code: 'C112', pointer: '/certify/profile' }]);
  const codes = async (variables: typeof environment | object) =>
    (await checkConfigFile(files, file, variables as typeof environment, workingFolder)).map(
      ({ code }) => code,
    );
  expect(await codes(environment)).not.toContain('C112');
  expect(await codes({})).toContain('C112');
});

test('it counts like a packaged one: its counts raise, its other values win, and no floor of a tier is enforced', async () => {
  const { value: config } = await loadConfig(files, file, { customProfiles: ['nightly'] });
  if (!config) throw new Error('the configuration of this test is wrong');
  const certify = resolveCertifyRequest(config, { customProfiles: ['nightly'], workingFolder });
  const run = resolveRunRequest(config, { profile: ' Nightly', customProfiles: ['nightly'], workingFolder });
  expect([certify.value?.profile.value, run.value?.profile.value]).toEqual(['nightly', 'nightly']);
  const inputs = { profile: 'nightly', tier: 'balanced', environment, workingFolder } as const;
  const { value: settings, findings } = await readRunSettings(files, config, inputs);
  expect(findings.map(({ code }) => code)).toEqual(['C132', 'C131']);
  expect(settings).toBeUndefined();
  const resolved = await resolveConfig(files, config, { environment, workingFolder });
  expect(resolved.value).toMatchObject({ profile: 'nightly', tier: 'balanced' });
  expect(resolved.value?.config.data).toMatchObject({
    dataset: { preview_n: 50, final_n: 30 },
    model: { device: 'cpu' },
    eval: { bootstrap: { replicates: 1000 } },
  });
});

test.each([
  [{ workingFolder }, ['dev', 'ci_cpu', 'ci', 'release']],
  [{ workingFolder, customProfiles: ['nightly'] }, ['dev', 'ci_cpu', 'ci', 'release', 'nightly']],
])('a name that nobody knows is refused with all that are known', async (flags, names) => {
  const { value: config } = await loadConfig(files, file, { customProfiles: ['nightly'] });
  if (!config) throw new Error('the configuration of this test is wrong');
  const { findings } = resolveRunRequest(config, { ...flags, profile: 'weekly' });
  expect(findings).toMatchObject([{ code: 'C112', expected: names, actual: 'weekly' }]);
});
