import path from 'node:path';
import { InvarLockError } from '../core/errors.ts';
import type { FileReader } from '../core/ports.ts';

/**
 * Stops when a weight file is not what it was when its header was read. Weights are mapped, not copied, so a change
 * during an evaluation would reach its losses.
 */
export async function checkWeightsUnchanged(
  files: FileReader,
  identities: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [file, identity] of identities) {
    if ((await files.facts(file))?.identity === identity) continue;
    throw new InvarLockError(
      'M273',
      `${path.basename(file)} in ${path.dirname(file)} was changed, replaced or removed during the run, so the losses may come from different weights; nothing was written. Leave the model alone while it is evaluated, and run again.`,
      { details: { file } },
    );
  }
}
