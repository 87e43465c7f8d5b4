import { InvarLockError } from '../core/errors.ts';
import { type DeviceRequest, type Provider, providers } from './devices.ts';
import type { DeviceTrial } from './probe-devices.ts';
import type { RuntimeDevice } from './runtime-port.ts';

/** Which device a run is put on, and why. */
export interface DeviceChoice {
  readonly requested: string;
  readonly device: RuntimeDevice & { readonly provider: Provider };
  /** One sentence: how it was chosen. */
  readonly reason: string;
  readonly trials: readonly DeviceTrial[];
}

export interface DeviceTester {
  backends(): Promise<readonly string[]>;
  try(device: RuntimeDevice & { readonly provider: Provider }): Promise<DeviceTrial>;
}

/**
 * A device that needs so many times as long as the CPU for the probe is a program that imitates one: measured 65 and
 * more for SwiftShader. Real ones stay below, although so small a model suits them badly.
 */
const imitationFactor = 20;

/**
 * Chooses the device of a run. `auto` takes the first that agrees with the CPU, in the order CUDA, the system's own
 * (CoreML, DirectML), WebGPU, CPU (spec 01 §1.4.2); a device that was named is used or refused, never replaced.
 *
 * @throws InvarLockError R421 or R422 when a named device cannot be used
 */
export async function chooseDevice(request: DeviceRequest, tester: DeviceTester): Promise<DeviceChoice> {
  if (request.provider === 'auto') return automatic(request, tester);
  const device = {
    provider: request.provider,
    ...(request.deviceId === undefined ? {} : { deviceId: request.deviceId }),
  };
  const prefix = request.explanation === undefined ? '' : `${request.explanation}; `;
  // The CPU is what everything is compared with.
  if (device.provider === 'cpu')
    return { requested: request.asked, device, reason: 'The CPU was asked for.', trials: [] };
  const trial = await tester.try(device);
  if (trial.outcome !== 'agrees') {
    throw new InvarLockError(
      trial.outcome === 'disagrees' ? 'R422' : 'R421',
      `The device ${request.asked} cannot be used: ${prefix}${trial.detail}. Use cpu or auto, or repair what is missing.`,
      { details: { requested: request.asked, ...trial } },
    );
  }
  const reason = `${request.asked} was asked for: ${prefix}${trial.detail}.`;
  return { requested: request.asked, device, reason, trials: [trial] };
}

async function automatic(request: DeviceRequest, tester: DeviceTester): Promise<DeviceChoice> {
  const backends = await tester.backends();
  const trials: DeviceTrial[] = [];
  const passed: string[] = [];
  for (const provider of providers) {
    if (provider === 'cpu' || !backends.includes(provider)) continue;
    const trial = await tester.try({ provider });
    trials.push(trial);
    const isImitation = (trial.relativeTime ?? 0) > imitationFactor;
    if (trial.outcome === 'agrees' && !isImitation) {
      const reason = sentence(`auto chose ${provider}: ${trial.detail}`, passed);
      return { requested: request.asked, device: { provider }, reason, trials };
    }
    passed.push(
      trial.outcome === 'agrees'
        ? `${provider} takes ${Math.round(trial.relativeTime ?? 0)} times as long as the CPU for the probe`
        : `${provider}: ${firstClause(trial.detail)}`,
    );
  }
  const reason =
    passed.length === 0
      ? 'auto chose cpu: ONNX Runtime knows no other device here.'
      : sentence('auto chose cpu', passed);
  return { requested: request.asked, device: { provider: 'cpu' }, reason, trials };
}

function sentence(start: string, passed: readonly string[]): string {
  return passed.length === 0 ? `${start}.` : `${start} (not ${passed.join('; not ')}).`;
}

/** One line must be readable: what ONNX Runtime itself said, and what to do, is in `invarlock doctor`. */
function firstClause(detail: string): string {
  return detail.split(/[:(]/u)[0]?.trim() ?? detail;
}
