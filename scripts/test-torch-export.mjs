/**
 * `npm run test:torch-export`: exports the trained models with torch's own exporter, from plain torch, and compares the
 * losses of the exports with the reference. Needs a Python with torch and installs nothing; on Debian that is
 * `apt-get install python3-torch` (1.13).
 */
import { prepareEntry, runShown } from './entry.mjs';
import { findTorch } from './find-torch.mjs';

prepareEntry(import.meta.url);
const torch = findTorch();
if (!torch) {
  process.stderr.write('There is no Python with torch here. On Debian: apt-get install python3-torch\n');
  process.exit(2);
}
process.stdout.write(`torch ${torch.version} of ${torch.python}\n`);
process.exit(
  runShown('vitest', ['run', '--config', 'vitest.export.config.ts'], {
    env: { ...process.env, TORCH_PYTHON: torch.python },
  }),
);
