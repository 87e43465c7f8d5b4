import { nodeAt } from '../config/config-node.ts';
import type { FlagValue } from '../config/layers/layer-config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { RunSettings, Setting } from '../config/run-settings.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import { longestSequence } from '../evaluate/scored-rows.ts';
import type { ModelSource } from '../models/model-source.ts';
import type { RunReport } from '../report/run-report.ts';
import { type DeviceRequest, parseDevice } from '../runtime/devices.ts';
import { type MemoryPlan, planMemory } from '../runtime/plan-memory.ts';
import { checkDtype } from './check-dtype.ts';
import { modelFacts } from './model-facts.ts';

/** How a run is evaluated, the same for both arms. */
export interface ExecutionPlan {
  readonly device: DeviceRequest;
  readonly memory: MemoryPlan;
  /** `model.torch_dtype` as it was given. */
  readonly requestedDtype: string;
}

export interface ExecutionInputs {
  readonly settings: RunSettings;
  readonly config: LoadedConfig;
  readonly models: readonly { readonly name: string; readonly model: ModelSource }[];
  readonly schedule: WindowSchedule;
  /** The subject must run where its baseline ran. */
  readonly baselineReport: RunReport | undefined;
  /** Undefined where the system does not say. */
  readonly availableMemoryBytes: number | undefined;
}

/** Device, precision and memory of a run, decided and checked before anything is loaded. */
export function planExecution(inputs: ExecutionInputs): Checked<ExecutionPlan> {
  const { settings, models, schedule } = inputs;
  const dtype = requestedDtype(inputs.config);
  const device = planDevice(settings.device, inputs.baselineReport);
  const stored = models.map(({ name, model }) => ({ name, tensors: model.tensors }));
  const longestWindow = Math.max(1, ...[...schedule.preview, ...schedule.final].map(longestSequence));
  const facts = models.map(({ name, model }) => modelFacts(name, model));
  const memory = planMemory(facts, longestWindow, inputs.availableMemoryBytes);
  const findings: Finding[] = [...device.findings, ...checkDtype(dtype, stored), ...memory.findings];
  if (!device.value || !memory.value || hasErrors(findings)) return { value: undefined, findings };
  const value = { device: device.value, memory: memory.value, requestedDtype: dtype?.value ?? 'auto' };
  return { value, findings };
}

function planDevice(setting: Setting<string>, baseline: RunReport | undefined): Checked<DeviceRequest> {
  const request = parseDevice(setting.value, process.platform);
  const { file, range } = setting.origin;
  const place = { ...(file === undefined ? {} : { file }), ...(range ? { range } : {}) };
  if (!request.value)
    return { value: undefined, findings: request.findings.map((finding) => ({ ...finding, ...place })) };
  // Reports of other tools were not evaluated by this runtime: their device says nothing about ours.
  const measuredOn =
    baseline?.meta.env_flags?.engine === 'onnxruntime-node' ? baseline.meta.device : undefined;
  if (measuredOn === undefined) return request;
  if (request.value.provider === 'auto') {
    const same = parseDevice(measuredOn, process.platform);
    const explanation = `the baseline report was made on ${measuredOn}`;
    return same.value ? { value: { ...same.value, asked: 'auto', explanation }, findings: [] } : same;
  }
  if (sameDevice(request.value, measuredOn)) return request;
  const message = `The baseline report was made on ${measuredOn}, and ${request.value.asked} was asked for. Use --device ${measuredOn}, or make the baseline again.`;
  return {
    value: undefined,
    findings: [
      {
        code: 'R424',
        severity: 'error',
        message,
        ...place,
        pointer: '/model/device',
        expected: measuredOn,
        actual: request.value.asked,
      },
    ],
  };
}

/** `cuda` and `cuda:0` are one card. */
function sameDevice({ provider, deviceId = 0 }: DeviceRequest, measuredOn: string): boolean {
  const other = parseDevice(measuredOn, process.platform).value;
  return other?.provider === provider && (other.deviceId ?? 0) === deviceId;
}

function requestedDtype(config: LoadedConfig): Setting<string> | undefined {
  for (const pointer of ['/model/torch_dtype', '/model/dtype']) {
    const node = nodeAt(config.root, pointer)?.node;
    const origin = config.origin(pointer);
    if (origin && node?.kind === 'scalar' && typeof node.value === 'string')
      return { value: node.value, origin };
  }
  return undefined;
}

/** `--device` as the layer that wins over the file and the profile (spec 01 §1.2). */
export function deviceFlag(device: string | undefined): readonly FlagValue[] {
  return device === undefined ? [] : [{ flag: '--device', pointer: '/model/device', value: device }];
}
