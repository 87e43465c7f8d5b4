import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { packBaseline, shardBaseline } from '../fixtures/stored-baseline.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('stored-otherwise');

function certify(name: string, subject: string) {
  const config = smallConfig(path.join(folder, name));
  const run = runCli(['certify', '-c', config, '--subject', subject, '--allow-gate-failure'], {
    cwd: path.join(folder, name),
  });
  expect([run.code, run.err]).toEqual([0, expect.any(String)]);
  const file = path.join(folder, name, 'cert/evaluation.cert.json');
  return {
    certificate: JSON.parse(readFileSync(file, 'utf8')),
    markdown: readFileSync(path.join(folder, name, 'cert/evaluation_certificate.md'), 'utf8'),
  };
}

test('a checkpoint in several files has the losses of the one in a single file, to the last bit', async () => {
  const { certificate } = certify('shards', await shardBaseline(path.join(folder, 'three'), 3));
  expect(certificate.primary_metric.ratio_vs_baseline).toBe(1);
  expect(certificate.structure.params_changed).toBe(0);
});

test('a missing shard stops the run before anything is evaluated', async () => {
  const subject = await shardBaseline(path.join(folder, 'incomplete'), 2);
  rmSync(path.join(subject, 'model-00002-of-00002.safetensors'));
  const config = smallConfig(path.join(folder, 'incomplete-run'));
  const run = runCli(['certify', '-c', config, '--subject', subject]);
  expect(run.code).toBe(2);
  expect(run.err).toMatch(/M275.*model-00002-of-00002\.safetensors/);
});

test('a GPTQ folder is certified against the float baseline, and the certificate says how it is packed', async () => {
  const { certificate, markdown } = certify('gptq', await packBaseline(path.join(folder, 'packed'), 8, 64));
  const ratio = certificate.primary_metric.ratio_vs_baseline;
  expect(ratio).not.toBe(1);
  expect(Math.abs(ratio - 1)).toBeLessThan(2e-3);
  expect(certificate.meta.execution.precision.packed).toEqual({
    method: 'gptq',
    format: 'gptq',
    bits: [8],
    group_sizes: [64],
    matrices: 16,
    reordered: false,
    rounds_inputs: false,
  });
  // Four layers of 12 · 128² elements; what is stored as it was does not count.
  expect(certificate.structure).toMatchObject({ params_changed: 4 * 12 * 128 * 128, layers_modified: 4 });
  expect(certificate.structure.bitwidths['transformer.h.0.mlp.c_fc']).toEqual({
    bitwidth: 8,
    group_size: 64,
    params: 65_536,
  });
  expect(markdown).toContain('gptq, 8 bits, groups of 64, 16 matrices');
});
