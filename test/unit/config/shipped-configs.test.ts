import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyEditConfig } from '../../../engine/config/apply-edit-config.ts';
import { checkConfigFile } from '../../../engine/config/check-config-file.ts';
import { isInvarlockConfig } from '../../../engine/config/is-invarlock-config.ts';
import { loadConfig, parseConfig } from '../../../engine/config/load-config.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import { hasErrors } from '../../../engine/core/findings.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const filesIn = (folder: string) => globSync('**/*.yaml', { cwd: path.join(root, folder) }).sort();

async function load(file: string) {
  const { value, findings } = await loadConfig(nodeFiles, path.join(root, file));
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  return value!;
}

describe('the configurations of the reference', () => {
  const corpus = 'test/golden/configs';
  const names = filesIn(corpus);
  test('are 22', () => expect(names).toHaveLength(22));
  test.each(names)('%s loads', async (name) => {
    await load(path.join(corpus, name));
  });
  test.each(names.filter((name) => /^(presets|calibration|local)\//.test(name)))(
    '%s gives a run its settings under every profile',
    async (name) => {
      const config = await load(path.join(corpus, name));
      for (const profile of ['dev', 'ci_cpu', 'ci', 'release'] as const) {
        const { value, findings } = resolveRunSettings(config, { profile, tier: 'conservative' });
        expect(hasErrors(findings)).toBe(false);
        // the stride follows the window, also under ci_cpu.
        expect(value?.stride.value).toBe(value?.seqLen.value);
      }
    },
  );
});

describe('the examples', () => {
  const names = filesIn('examples/configs');
  const parts = names.filter((name) => name.includes('parts/'));
  test.each(names.filter((name) => !parts.includes(name)))('%s is free of problems', async (name) => {
    const file = path.join(root, 'examples/configs', name);
    expect(isInvarlockConfig(file, readFileSync(file, 'utf8'))).toBe(true);
    const findings = await checkConfigFile(nodeFiles, file, {});
    // The subject of the demo is made by the demo, and a corpus of the hub may not be on this machine.
    const problems = findings.filter(
      ({ code, severity }) => severity !== 'note' && !['M200', 'C140'].includes(code),
    );
    expect(problems).toEqual([]);
  });
  test.each(names.filter((name) => name.startsWith('presets/') && !parts.includes(name)))(
    '%s is complete with two models',
    async (name) => {
      const config = await load(path.join('examples/configs', name));
      expect(resolveRunSettings(config, { profile: 'dev', tier: 'balanced' })).toMatchObject({
        value: { previewN: { value: 200, origin: { kind: 'defaults' } } },
        findings: [],
      });
    },
  );
  test.each(names.filter((name) => name.startsWith('overlays/edit-')))(
    '%s lies over a preset',
    async (name) => {
      const preset = await load('examples/configs/presets/causal-128.invarlock.yaml');
      const { value, findings } = applyEditConfig(preset, await load(path.join('examples/configs', name)));
      expect(findings).toEqual([]);
      expect(value?.data).toMatchObject({ edit: { name: 'quant_rtn' }, dataset: { seq_len: 128 } });
    },
  );
});

test('the examples of the documentation load', () => {
  const text = readFileSync(path.join(root, 'docs/configuration.md'), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  expect(blocks.length).toBeGreaterThanOrEqual(2);
  for (const block of blocks) expect(parseConfig(block, { file: 'docs.yaml' }).findings).toEqual([]);
});
