import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../fixtures/run-cli.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { baselineFolder, smallConfig } from '../../fixtures/tiny-models.ts';

const folder = temporaryFolder('device-cli');

test.each([
  ['gpu', 'error R420: "gpu" is not a device'],
  [
    'mps',
    process.platform === 'darwin' ? 'PyTorch' : 'error R420: "mps" is PyTorch\'s name for the GPU of a Mac',
  ],
  ['cuda:99', 'R421: The device cuda:99 cannot be used'],
])('--device %s is refused, and nothing is written', (device, message) => {
  const config = smallConfig(path.join(folder, device.replace(':', '')));
  const run = runCli(['certify', '-c', config, '--subject', baselineFolder, '--device', device]);
  expect([run.code, run.err]).toEqual([2, expect.stringContaining(message)]);
});

test('auto says in one line how it chose, and the report records it', () => {
  const config = smallConfig(path.join(folder, 'auto'), 'model: {device: auto, torch_dtype: fp32}\n');
  const run = runCli(['certify', '-c', config, '--subject', baselineFolder]);
  const lines = run.err.split('\n').filter((line) => line.includes('auto chose'));
  expect(lines).toEqual([expect.stringMatching(/auto chose (?:cpu|cuda|coreml|dml|webgpu)\b.*\.$/u)]);
  expect(run.err).toMatch(/This needs about \d+ MiB of memory; \d+ MiB of weights stay in their files\./u);
  const { meta } = JSON.parse(readFileSync(path.join(folder, 'auto/cert/evaluation.cert.json'), 'utf8'));
  expect(meta.execution).toMatchObject({
    requested_device: 'auto',
    device: meta.device,
    rows_per_chunk: 128,
    precision: { requested: 'fp32', stored: ['F32'], computed: 'F32' },
    host: {
      device_reason: expect.stringMatching(/^auto chose/u),
      hardening: expect.arrayContaining(['module_guard']),
    },
  });
  expect(meta.execution.placement.nodes.CPUExecutionProvider).toBeGreaterThan(0);
});

test('a precision that would round the weights is refused before anything runs', () => {
  const config = smallConfig(path.join(folder, 'dtype'), 'model: {dtype: bfloat16}\n');
  const run = runCli(['certify', '-c', config, '--subject', baselineFolder, '--device', 'cpu']);
  expect(run.code).toBe(2);
  expect(run.err).toMatch(/dtype\/small\.invarlock\.yaml:\d+:\d+.*R433|R433.*bfloat16/u);
});

test('--device wins over the variable, and the variable over the file', () => {
  const config = smallConfig(path.join(folder, 'layers'), 'model: {device: cuda}\n');
  const env = { INVARLOCK_EVAL_DEVICE: 'cuda:98' };
  const variable = runCli(['certify', '-c', config, '--subject', baselineFolder], { env });
  expect(variable.err).toContain('The device cuda:98 cannot be used');
  const flag = runCli(['certify', '-c', config, '--subject', baselineFolder, '--device', 'cuda:99'], { env });
  expect(flag.err).toContain('The device cuda:99 cannot be used');
});
