import { describe, expect, test } from 'vitest';
import { chooseDevice, type DeviceTester } from '../../../engine/runtime/choose-device.ts';
import {
  type DeviceRequest,
  deviceLabel,
  type Provider,
  parseDevice,
} from '../../../engine/runtime/devices.ts';
import { explainDeviceFailure } from '../../../engine/runtime/explain-device-failure.ts';
import type { DeviceTrial } from '../../../engine/runtime/probe-devices.ts';

describe('names', () => {
  test.each([
    ['auto', 'linux', { asked: 'auto', provider: 'auto' }],
    [' CPU ', 'win32', { asked: 'cpu', provider: 'cpu' }],
    ['webgpu', 'linux', { asked: 'webgpu', provider: 'webgpu' }],
    ['cuda', 'linux', { asked: 'cuda', provider: 'cuda' }],
    ['cuda:1', 'linux', { asked: 'cuda:1', provider: 'cuda', deviceId: 1 }],
    ['dml', 'win32', { asked: 'dml', provider: 'dml' }],
    ['mps', 'darwin', { asked: 'mps', provider: 'coreml', explanation: expect.stringContaining('CoreML') }],
  ])('%j on %s', (text, platform, expected) => {
    expect(parseDevice(text, platform)).toEqual({ value: expected, findings: [] });
  });

  test.each([
    ['mps', 'linux', /name for the GPU of a Mac/u],
    ['gpu', 'linux', /"gpu" is not a device. Choose one of auto, cpu/u],
    ['cuda:x', 'linux', /not a device/u],
    ['', 'linux', /not a device/u],
  ])('%j on %s is refused', (text, platform, message) => {
    const { value, findings } = parseDevice(text, platform);
    expect(value).toBeUndefined();
    expect(findings).toMatchObject([{ code: 'R420', pointer: '/model/device' }]);
    expect(findings[0]?.message).toMatch(message);
  });

  test('a label names the card', () => {
    expect([deviceLabel({ provider: 'cuda', deviceId: 1 }), deviceLabel({ provider: 'cpu' })]).toEqual([
      'cuda:1',
      'cpu',
    ]);
  });
});

describe('what ONNX Runtime says', () => {
  test.each([
    [
      'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
      /CUDA libraries are missing/u,
    ],
    ['…\n Failed to get a WebGPU adapter: No supported adapters\n', /no graphics adapter/u],
    ['no available backend found. ERR: [coreml] backend not found.', /built without it/u],
    ['something new', /^something new$/u],
    ['x'.repeat(1000), /^x{300}…$/u],
  ])('%j', (said, expected) => {
    expect(explainDeviceFailure(said)).toMatch(expected);
  });
});

type Trial = Partial<DeviceTrial>;

/** A machine where devices behave as told; the rest is unavailable. */
function machine(
  trials: Partial<Record<Provider, Trial>>,
  backends = Object.keys(trials),
): DeviceTester & { tried: string[] } {
  const tried: string[] = [];
  return {
    tried,
    backends: async () => backends,
    try: async (device) => {
      tried.push(deviceLabel(device));
      const base = { device: deviceLabel(device), provider: device.provider };
      return { ...base, outcome: 'unavailable', detail: 'it is absent: really', ...trials[device.provider] };
    },
  };
}

const good: Trial = { outcome: 'agrees', detail: 'it agrees', relativeTime: 0.2 };
const wrong: Trial = { outcome: 'disagrees', detail: 'a loss is wrong' };

describe('the choice', () => {
  const automatic: DeviceRequest = { asked: 'auto', provider: 'auto' };

  test.each([
    [
      'nothing but the CPU',
      machine({}, ['cpu']),
      'cpu',
      [],
      'auto chose cpu: ONNX Runtime knows no other device here.',
    ],
    ['a good GPU', machine({ webgpu: good }), 'webgpu', ['webgpu'], 'auto chose webgpu: it agrees.'],
    [
      'CUDA comes first, whatever the library lists first',
      machine({ webgpu: good, cuda: good }),
      'cuda',
      ['cuda'],
      'auto chose cuda: it agrees.',
    ],
    [
      'what fails is passed over, and named',
      machine({ cuda: {}, webgpu: good }),
      'webgpu',
      ['cuda', 'webgpu'],
      'auto chose webgpu: it agrees (not cuda: it is absent).',
    ],
    [
      'what gives other losses is passed over',
      machine({ webgpu: wrong }),
      'cpu',
      ['webgpu'],
      'auto chose cpu (not webgpu: a loss is wrong).',
    ],
    [
      'an imitation of a device is passed over',
      machine({ webgpu: { ...good, relativeTime: 65.4 } }),
      'cpu',
      ['webgpu'],
      'auto chose cpu (not webgpu takes 65 times as long as the CPU for the probe).',
    ],
    [
      'what the library does not list is not tried',
      machine({ cuda: good }, ['cpu']),
      'cpu',
      [],
      /knows no other/u,
    ],
  ])('auto: %s', async (_, tester, provider, tried, reason) => {
    const choice = await chooseDevice(automatic, tester);
    expect([choice.device.provider, tester.tried, choice.requested]).toEqual([provider, tried, 'auto']);
    expect(choice.reason).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
  });

  test('the CPU is not tried: everything is compared with it', async () => {
    const tester = machine({});
    const choice = await chooseDevice({ asked: 'cpu', provider: 'cpu' }, tester);
    expect([choice.device, tester.tried]).toEqual([{ provider: 'cpu' }, []]);
  });

  test('a named device is used even when it is slow', async () => {
    const tester = machine({ webgpu: { ...good, relativeTime: 400 } });
    const choice = await chooseDevice({ asked: 'webgpu', provider: 'webgpu' }, tester);
    expect([choice.device, choice.reason]).toEqual([
      { provider: 'webgpu' },
      'webgpu was asked for: it agrees.',
    ]);
  });

  test('an alias explains itself', async () => {
    const tester = machine({ coreml: good });
    const { value } = parseDevice('mps', 'darwin');
    const choice = await chooseDevice(value!, tester);
    expect([choice.requested, choice.device.provider]).toEqual(['mps', 'coreml']);
    expect(choice.reason).toMatch(/^mps was asked for: mps is PyTorch's name; .* CoreML; it agrees\.$/u);
  });

  test.each([
    ['absent', {}, 'R421', /cuda:1 cannot be used: it is absent/u],
    ['wrong', wrong, 'R422', /a loss is wrong/u],
  ])('a named device that is %s is refused, not replaced', async (_, trial, code, message) => {
    const choice = chooseDevice({ asked: 'cuda:1', provider: 'cuda', deviceId: 1 }, machine({ cuda: trial }));
    await expect(choice).rejects.toMatchObject({ code, message });
  });
});
