import type { OnProgress } from '../certify/certify-progress.ts';
import type { Hub } from '../hub/hub-ports.ts';
import { nodeHub } from '../hub/node-hub.ts';
import type { CliContext } from './node-context.ts';

/** The hub of a command that may download, where the environment allows it, and shows how far it is. */
export function commandHub(
  { environment, files, clock, cancelled }: CliContext,
  onProgress: OnProgress,
): Hub {
  const hub = nodeHub({
    environment,
    clock,
    cancelled,
    onProgress: (progress) => onProgress({ kind: 'download', ...progress }),
  });
  return { ...hub, files };
}

/** The hub of a command that only looks: what is in the cache. */
export function cacheOnlyHub({ environment, files }: CliContext): Hub {
  return { environment, files, network: undefined };
}
