import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { engineMemoryBytes } from '../runtime/engine-memory.ts';
import type { MachineResources } from './check-resources.ts';

/** What Node knows about this machine; memory within the limits of a container. */
export const nodeResources: MachineResources = {
  availableMemoryBytes: () => engineMemoryBytes(),

  async freeDiskBytes(folder) {
    // The folder may not exist yet: the nearest one above it lies on the same disk.
    for (let current = path.resolve(folder); ; current = path.dirname(current)) {
      try {
        const { bavail, bsize } = await statfs(current);
        return bavail * bsize;
      } catch {
        if (current === path.dirname(current)) return undefined;
      }
    }
  },
};
