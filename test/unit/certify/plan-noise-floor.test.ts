import { expect, test } from 'vitest';
import { planNoiseFloor } from '../../../engine/certify/plan-noise-floor.ts';

const origin = { kind: 'default', file: undefined, range: undefined, label: undefined } as const;
const plan = (enabled: boolean, device: string) =>
  planNoiseFloor(
    { noiseFloor: { enabled: { value: enabled, origin }, device: { value: device, origin } } },
    'linux',
  );

test.each([
  [false, '', undefined],
  [true, '', { device: undefined }],
  [false, 'cuda:1', { device: { asked: 'cuda:1', provider: 'cuda', deviceId: 1 } }],
])('noise_floor %s on "%s"', (enabled, device, expected) => {
  expect(plan(enabled, device)).toEqual({ value: expected, findings: [] });
});

test('a device that is none is refused at its key', () => {
  expect(plan(false, 'abacus')).toMatchObject({
    value: undefined,
    findings: [{ code: 'R420', pointer: '/eval/noise_floor_device' }],
  });
});
