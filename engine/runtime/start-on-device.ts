import { chooseDevice, type DeviceChoice } from './choose-device.ts';
import type { DeviceRequest } from './devices.ts';
import { DeviceProber } from './probe-devices.ts';
import type { Runtime } from './runtime-port.ts';
import { type EngineOptions, startEngine } from './start-engine.ts';

/**
 * Starts the engine on the device that a request comes to. Devices other than the CPU are tried first, in a child of
 * their own that is gone before the engine starts.
 *
 * @throws InvarLockError R421 or R422 when a named device cannot be used: there is no fallback
 * @example const runtime = await startOnDevice({ childPath, threads: 2 }, { asked: 'auto', provider: 'auto' })
 */
export async function startOnDevice(options: EngineOptions, request: DeviceRequest): Promise<Runtime> {
  const { requested, device, reason } = await choiceFor(options, request);
  return startEngine({ ...options, device, requestedDevice: requested, deviceReason: reason });
}

async function choiceFor(options: EngineOptions, request: DeviceRequest): Promise<DeviceChoice> {
  const prober = new DeviceProber(() => startEngine(withoutLimit(options)));
  try {
    return await chooseDevice(request, prober);
  } finally {
    await prober.close();
  }
}

/** For a child that tries devices: drivers reserve more than the limit of the CPU's child allows. */
export function withoutLimit(options: EngineOptions): EngineOptions {
  const { memoryLimitBytes: _, ...unlimited } = options;
  return unlimited;
}
