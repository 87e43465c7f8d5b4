import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { evaluateWindows } from '../../../engine/evaluate/evaluate-windows.ts';
import { buildModelGraph } from '../../../engine/graph/build-model-graph.ts';
import { chooseDevice } from '../../../engine/runtime/choose-device.ts';
import { DeviceProber, probeTolerance } from '../../../engine/runtime/probe-devices.ts';
import { deviceProbe } from '../../../engine/runtime/probe-graph.ts';
import { startEngine } from '../../../engine/runtime/start-engine.ts';
import { childPath, tinyGpt2 } from '../../fixtures/engine.ts';
import { runCli } from '../../fixtures/run-cli.ts';
import { softwareAdapter } from '../../fixtures/software-adapter.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { heldOutText } from '../../fixtures/tiny-models.ts';

// WebGPU on a software adapter. Every new length of a window is compiled anew, which takes seconds, so there are few.

const folder = temporaryFolder('webgpu');
// Of this file alone, so that what is left behind there is ours.
process.env.TMPDIR = folder;
const nativeLibraries = { vulkanDriver: softwareAdapter };
const webgpu = { provider: 'webgpu' } as const;

test('the software adapter is installed', () => {
  expect(
    existsSync(softwareAdapter),
    'run npm test as root on Debian, or install chromium and libvulkan1',
  ).toBe(true);
});

test('the software adapter agrees with the CPU, and is used when it is named', async () => {
  const prober = new DeviceProber(() => startEngine({ childPath, threads: 2, nativeLibraries }));
  const choice = await chooseDevice({ asked: 'webgpu', provider: 'webgpu' }, prober);
  await prober.close();
  expect(choice.device).toEqual(webgpu);
  expect(choice.trials[0]?.maximumDifference).toBeLessThan(probeTolerance / 10);
  expect(choice.reason).toMatch(/^webgpu was asked for: the losses of the probe agree/u);
});

test('without a driver that is asked for, there is no adapter: none of the parent is inherited', async () => {
  process.env.VK_DRIVER_FILES = softwareAdapter;
  process.env.VK_ICD_FILENAMES = softwareAdapter;
  const prober = new DeviceProber(() => startEngine({ childPath, threads: 1 }));
  const trial = await prober.try(webgpu);
  await prober.close();
  delete process.env.VK_DRIVER_FILES;
  delete process.env.VK_ICD_FILENAMES;
  // A machine with a graphics card of its own has an adapter all the same.
  if (trial.outcome === 'agrees') expect(trial.maximumDifference).toBeLessThan(probeTolerance);
  else expect(trial.detail).toMatch(/no graphics adapter was found/u);
});

test('the losses of a trained model are those that are known, and most nodes ran on WebGPU', async () => {
  const { value: checkpoint } = await openCheckpoint(nodeFiles, tinyGpt2);
  const expected: { input_ids: number[]; nll: number[] }[] = JSON.parse(
    readFileSync(path.join(tinyGpt2, 'expected.json'), 'utf8'),
  ).windows;
  const { input_ids: inputIds, nll } = expected[0]!;
  const graph = buildModelGraph(checkpoint!, { maximumRows: inputIds.length });
  const runtime = await startEngine({ childPath, threads: 2, device: webgpu, nativeLibraries });
  const session = await runtime.open({ ...graph, measurePlacement: true });
  expect(session.placement()).toBeUndefined();
  const window = { id: 0, inputIds, attentionMask: inputIds.map(() => 1) };
  const [loss] = await evaluateWindows(session, graph, [window]);
  const placement = session.placement();
  await session.close();
  await runtime.close();
  expect(loss?.tokenLosses.length).toBe(nll.length);
  for (const [i, value] of nll.entries()) expect(Math.abs(loss!.tokenLosses[i]! - value)).toBeLessThan(1e-4);
  expect(placement!.nodes.WebGpuExecutionProvider).toBeGreaterThan(
    5 * placement!.nodes.CPUExecutionProvider!,
  );
  // Computing stays on the device; only shapes and masks of integers are made on the CPU.
  expect(placement!.cpuOperators.filter((name) => /Gemm|MatMul|Softmax|Norm|Exp|Log/u.test(name))).toEqual(
    [],
  );
});

test('a device that fails on the way is an error, and nothing is left behind', async () => {
  const runtime = await startEngine({ childPath, threads: 1, device: webgpu });
  const { model } = deviceProbe();
  await expect(
    runtime.open({
      model,
      weightsFolder: folder,
      device: { provider: 'no-such-device' },
      measurePlacement: true,
    }),
  ).rejects.toMatchObject({ code: 'R403', message: /loading the model on no-such-device: .*not found/u });
  await runtime.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('invarlock-profile-'))).toEqual([]);
});

test('a certification on WebGPU records what was asked for and where it ran', () => {
  const config = path.join(folder, 'webgpu.invarlock.yaml');
  writeFileSync(
    config,
    `certify: {baseline: ${tinyGpt2}, subject: ${tinyGpt2}, profile: dev, out: out, cert_out: cert}
dataset: {provider: local_jsonl, file: ${heldOutText}, preview_n: 2, final_n: 2, seq_len: 32, seed: 42}
eval: {bootstrap: {replicates: 200}}
`,
  );
  const env = { INVARLOCK_VULKAN_DRIVER: softwareAdapter };
  const run = runCli(['certify', '-c', config, '--device', 'webgpu'], { env });
  expect(run.err).toMatch(/webgpu was asked for: the losses of the probe agree with the CPU's within/u);
  const certificate = JSON.parse(readFileSync(path.join(folder, 'cert/evaluation.cert.json'), 'utf8'));
  expect(certificate.meta).toMatchObject({
    device: 'webgpu',
    execution: {
      requested_device: 'webgpu',
      device: 'webgpu',
      placement: { nodes: { WebGpuExecutionProvider: expect.any(Number) } },
      host: { native_libraries: { vulkanDriver: softwareAdapter } },
    },
  });
  expect(certificate.baseline_ref.device).toBe('webgpu');

  // The report of the baseline is of WebGPU: auto follows it, another device is refused.
  const baseline = path.join(folder, 'out/source');
  const other = runCli(['certify', '-c', config, '--baseline-report', baseline, '--device', 'cpu'], { env });
  expect([other.code, other.err]).toEqual([2, expect.stringContaining('error R424')]);
});
