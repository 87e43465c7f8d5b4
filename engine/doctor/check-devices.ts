import type { ValueOrigin } from '../config/load-config.ts';
import type { Finding } from '../core/findings.ts';
import { type DeviceRequest, deviceLabel, parseDevice, providers } from '../runtime/devices.ts';
import { DeviceProber, type DeviceTrial } from '../runtime/probe-devices.ts';
import type { Runtime } from '../runtime/runtime-port.ts';

/** A device that a configuration or the command line names. */
export interface NamedDevice {
  readonly name: string;
  readonly pointer: string;
  readonly origin: ValueOrigin | undefined;
}

/**
 * Tries every device that ONNX Runtime knows here, and those that are named: a named one that cannot be used is an
 * error (spec 01 §4.1, D002), the others are a note.
 */
export async function checkDevices(
  startRuntime: () => Promise<Runtime>,
  named: readonly NamedDevice[],
  platform: string,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const prober = new DeviceProber(startRuntime);
  const trials = new Map<string, DeviceTrial>();
  try {
    for (const provider of await listed(prober)) trials.set(provider, await prober.try({ provider }));
    for (const device of named) {
      const request = parseDevice(device.name, platform);
      const place = placeOf(device);
      findings.push(...request.findings.map((finding) => ({ ...finding, ...place, code: 'D002' as const })));
      if (request.value) findings.push(...(await namedFindings(prober, trials, request.value, place)));
    }
  } catch (error) {
    // Without the engine nothing more can be tried; D102 says why it does not start.
    findings.push(untried(error, trials.size > 0));
  } finally {
    await prober.close();
  }
  const asked = new Set(findings.filter(({ code }) => code === 'D002').map(({ actual }) => actual));
  for (const trial of trials.values()) if (!asked.has(trial.device)) findings.push(remark(trial));
  return findings;
}

async function listed(prober: DeviceProber) {
  const backends = await prober.backends();
  return providers.filter((provider) => provider !== 'cpu' && backends.includes(provider));
}

async function namedFindings(
  prober: DeviceProber,
  trials: Map<string, DeviceTrial>,
  { asked, provider, deviceId }: DeviceRequest,
  place: Partial<Finding>,
): Promise<Finding[]> {
  if (provider === 'auto' || provider === 'cpu') return [];
  const device = { provider, ...(deviceId === undefined ? {} : { deviceId }) };
  const trial = trials.get(deviceLabel(device)) ?? (await prober.try(device));
  trials.set(trial.device, trial);
  if (trial.outcome === 'agrees') return [];
  const message = `The device ${asked} cannot be used here: ${trial.detail}. Use auto or cpu.`;
  return [{ code: 'D002', severity: 'error', message, actual: trial.device, ...place }];
}

function remark(trial: DeviceTrial): Finding {
  const { maximumDifference, relativeTime } = trial;
  return {
    code: 'D109',
    severity: 'note',
    message: `The device ${trial.device} ${trial.outcome === 'agrees' ? 'can be used' : 'cannot be used'}: ${trial.detail}.`,
    details: {
      device: trial.device,
      outcome: trial.outcome,
      ...(maximumDifference !== undefined && Number.isFinite(maximumDifference)
        ? { maximum_difference: maximumDifference }
        : {}),
      ...(relativeTime === undefined ? {} : { relative_time: relativeTime }),
    },
  };
}

function untried(error: unknown, isSomeTried: boolean): Finding {
  const reason = error instanceof Error ? error.message : String(error);
  const what = isSomeTried ? 'No further device' : 'No device';
  return { code: 'D109', severity: 'note', message: `${what} could be tried: ${reason}` };
}

function placeOf({ pointer, origin }: NamedDevice): Partial<Finding> {
  return {
    pointer,
    ...(origin?.file === undefined ? {} : { file: origin.file }),
    ...(origin?.range ? { range: origin.range } : {}),
  };
}
