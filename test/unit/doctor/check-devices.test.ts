import { expect, test } from 'vitest';
import { checkDevices } from '../../../engine/doctor/check-devices.ts';
import { type FakeDevice, fakeRuntimes } from '../../fixtures/fake-runtime.ts';

const devices: Readonly<Record<string, FakeDevice>> = {
  cuda: {
    fails: 'open',
    message: 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
  },
  webgpu: { difference: 1e-6 },
};

async function check(name: string | undefined, platform = 'linux') {
  const { start, world } = fakeRuntimes(devices);
  const origin = {
    kind: 'file',
    file: '/p/run.yaml',
    range: { start: 1, end: 2 },
    label: undefined,
  } as const;
  const named = name === undefined ? [] : [{ name, pointer: '/model/device', origin }];
  const findings = await checkDevices(start, named, platform);
  expect(world.closed).toBe(world.started);
  return findings.map(({ severity, code, message, file }) => [
    `${severity} ${code} ${file ?? ''}`.trim(),
    message.split(': ')[0],
  ]);
}

const cuda = ['note D109', 'The device cuda cannot be used'];
const webgpu = ['note D109', 'The device webgpu can be used'];
const error = (message: string) => ['error D002 /p/run.yaml', message];

test.each([
  ['nothing is named', undefined, [cuda, webgpu]],
  ['auto', 'auto', [cuda, webgpu]],
  ['the CPU', 'cpu', [cuda, webgpu]],
  ['a device that works', 'webgpu', [cuda, webgpu]],
  ['a device that does not', 'cuda', [error('The device cuda cannot be used here'), webgpu]],
  ['another card', 'cuda:1', [error('The device cuda:1 cannot be used here'), cuda, webgpu]],
  ['a device of another system', 'coreml', [error('The device coreml cannot be used here'), cuda, webgpu]],
])('%s', async (_, name, expected) => {
  expect(await check(name)).toEqual(expected);
});

test.each([
  [
    'mps',
    '"mps" is PyTorch\'s name for the GPU of a Mac, and this is none. Use auto, or name a device of this machine.',
  ],
  ['gpu', '"gpu" is not a device. Choose one of auto, cpu, webgpu, cuda, cuda:0, coreml, dml, mps.'],
])('%s is an error with its reason', async (name, message) => {
  expect(await check(name)).toEqual([error(message), cuda, webgpu]);
});

test('an engine that does not start is said once, by another check', async () => {
  const findings = await checkDevices(() => Promise.reject(new Error('no runtime')), [], 'linux');
  expect(findings.map(({ severity, code, message }) => [severity, code, message])).toEqual([
    ['note', 'D109', 'No device could be tried: no runtime'],
  ]);
});
