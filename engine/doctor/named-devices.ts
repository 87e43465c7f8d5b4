import { nodeAt } from '../config/config-node.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { RunSettings } from '../config/run-settings.ts';
import type { NamedDevice } from './check-devices.ts';

/** The devices that a run or the doctor of the reference would use; both are tried. */
export function namedDevices(config: LoadedConfig, settings: RunSettings): NamedDevice[] {
  const { value, origin } = settings.device;
  const devices: NamedDevice[] = [{ name: value, pointer: '/model/device', origin }];
  // The old place of the key; the reference names it even when model.device is meant.
  const old = nodeAt(config.root, '/runner/device')?.node;
  if (old?.kind === 'scalar' && typeof old.value === 'string')
    devices.push({ name: old.value, pointer: '/runner/device', origin: config.origin('/runner/device') });
  return devices;
}
