import type { Checked } from '../core/findings.ts';

/** Execution providers that a run can be put on, in the order in which `auto` tries them; the CPU is last. */
export const providers = ['cuda', 'coreml', 'dml', 'webgpu', 'cpu'] as const;
export type Provider = (typeof providers)[number];

/** What can be asked for. `cuda:N` names one of several cards. */
export const deviceNames = ['auto', 'cpu', 'webgpu', 'cuda', 'cuda:0', 'coreml', 'dml', 'mps'] as const;

export interface DeviceRequest {
  /** As it was typed. */
  readonly asked: string;
  readonly provider: Provider | 'auto';
  readonly deviceId?: number;
  /** Why it is another provider than the name says. */
  readonly explanation?: string;
}

/** Which provider a device name means here. */
export function parseDevice(text: string, platform: string): Checked<DeviceRequest> {
  const name = text.trim().toLowerCase();
  if (name === 'mps') return metal(text, platform);
  const card = /^cuda:(\d{1,3})$/u.exec(name);
  if (card) return found({ asked: name, provider: 'cuda', deviceId: Number(card[1]) });
  const provider = name === 'auto' ? name : providers.find((one) => one === name);
  if (provider) return found({ asked: name, provider });
  return refused(`"${text}" is not a device. Choose one of ${deviceNames.join(', ')}.`, text);
}

/** `cuda:0`, `webgpu`: a provider as evidence and messages name it. */
export function deviceLabel(device: { readonly provider: string; readonly deviceId?: number }): string {
  return device.deviceId === undefined ? device.provider : `${device.provider}:${device.deviceId}`;
}

function metal(text: string, platform: string): Checked<DeviceRequest> {
  if (platform !== 'darwin') {
    return refused(
      '"mps" is PyTorch\'s name for the GPU of a Mac, and this is none. Use auto, or name a device of this machine.',
      text,
    );
  }
  const explanation = "mps is PyTorch's name; ONNX Runtime reaches the GPU of a Mac through CoreML";
  return found({ asked: 'mps', provider: 'coreml', explanation });
}

function found(value: DeviceRequest): Checked<DeviceRequest> {
  return { value, findings: [] };
}

function refused(message: string, actual: string): Checked<DeviceRequest> {
  return {
    value: undefined,
    findings: [
      { code: 'R420', severity: 'error', message, pointer: '/model/device', expected: deviceNames, actual },
    ],
  };
}
