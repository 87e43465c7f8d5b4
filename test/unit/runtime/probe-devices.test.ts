import { expect, test } from 'vitest';
import { DeviceProber } from '../../../engine/runtime/probe-devices.ts';
import { fakeRuntimes } from '../../fixtures/fake-runtime.ts';

test.each([
  ['equal losses', { difference: 0 }, 'agrees', /agree with the CPU's within 0/u],
  ['float32 in another order', { difference: 2e-6 }, 'agrees', /within \d/u],
  [
    'less precision',
    { difference: 1e-3 },
    'disagrees',
    /differs from the CPU's by 1\.0e-3; at most 0\.0001/u,
  ],
  ['a loss that is no number', { difference: Number.NaN }, 'disagrees', /by Infinity/u],
  [
    'a device that leaves everything to the CPU',
    { difference: 0, isLeftToCpu: true },
    'unavailable',
    /^nothing of the model ran on webgpu/iu,
  ],
  [
    'a refusal',
    { fails: 'open', message: 'Failed to get a WebGPU adapter' },
    'unavailable',
    /^no graphics adapter/u,
  ],
  [
    'a crash',
    { fails: 'crash', message: 'The engine process ended (signal SIGSEGV)' },
    'unavailable',
    /SIGSEGV/u,
  ],
] as const)('%s', async (_, behaviour, outcome, detail) => {
  const { start } = fakeRuntimes({ webgpu: behaviour });
  const trial = await new DeviceProber(start).try({ provider: 'webgpu' });
  expect(trial).toMatchObject({ device: 'webgpu', outcome, detail: expect.stringMatching(detail) });
});

test('the time of a device is told in times of the CPU', async () => {
  const { start } = fakeRuntimes({ webgpu: { difference: 0, runMs: 130 } });
  expect((await new DeviceProber(start).try({ provider: 'webgpu' })).relativeTime).toBe(65);
});

test('one child tries all devices, until one crashes it', async () => {
  const { start, world } = fakeRuntimes({
    cuda: { fails: 'open', message: 'no' },
    coreml: { difference: 0, isLeftToCpu: true },
    dml: { fails: 'crash', message: 'gone' },
    webgpu: { difference: 0 },
  });
  const prober = new DeviceProber(start);
  expect(await prober.backends()).toEqual(['tensorrt', 'cuda', 'coreml', 'dml', 'webgpu', 'cpu']);
  for (const provider of ['cuda', 'coreml', 'dml'] as const) await prober.try({ provider });
  expect(world).toEqual({ started: 1, closed: 1 });
  expect((await prober.try({ provider: 'webgpu' })).outcome).toBe('agrees');
  await prober.close();
  await prober.close();
  expect(world).toEqual({ started: 2, closed: 2 });
});
