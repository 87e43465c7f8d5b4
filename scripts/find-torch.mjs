/** A Python whose torch has the exporter that traces; the system's own comes first, for that is where Debian puts it. */
import { spawnSync } from 'node:child_process';

export function findTorch() {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const code = 'import torch; print(torch.__version__)';
    const result = spawnSync(python, ['-c', code], { encoding: 'utf8' });
    if (result.status === 0) return { python, version: result.stdout.trim() };
  }
  return undefined;
}
