import type { RunSettings } from '../config/run-settings.ts';
import type { Checked } from '../core/findings.ts';
import { type DeviceRequest, parseDevice } from '../runtime/devices.ts';

/** A noise floor that was asked for. */
export interface NoiseFloorPlan {
  /** Undefined: the device of the run, with another number of threads. */
  readonly device: DeviceRequest | undefined;
}

/** Whether a noise floor is measured and where; to name its device asks for one. */
export function planNoiseFloor(
  { noiseFloor }: Pick<RunSettings, 'noiseFloor'>,
  platform: string,
): Checked<NoiseFloorPlan | undefined> {
  const { enabled, device } = noiseFloor;
  if (device.value === '') return { value: enabled.value ? { device: undefined } : undefined, findings: [] };
  const request = parseDevice(device.value, platform);
  const { file, range } = device.origin;
  const place = { ...(file === undefined ? {} : { file }), ...(range ? { range } : {}) };
  return {
    value: request.value && { device: request.value },
    findings: request.findings.map((finding) => ({
      ...finding,
      ...place,
      pointer: '/eval/noise_floor_device',
    })),
  };
}
