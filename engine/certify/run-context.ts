import type { LoadedConfig } from '../config/load-config.ts';
import type { RunSettings } from '../config/run-settings.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import type { OnProgress } from './certify-progress.ts';
import { gitCommit } from './git-commit.ts';
import type { RunContext } from './run-arm.ts';
import type { CertifyPorts } from './run-certify.ts';

/** What every evaluation of one command shares; the commit is the config's, else that of the working folder. */
export async function runContext(
  ports: CertifyPorts,
  plan: {
    readonly settings: RunSettings;
    readonly schedule: WindowSchedule;
    readonly config: LoadedConfig;
  },
  runtime: Runtime,
  onProgress: OnProgress,
): Promise<RunContext> {
  return {
    ...ports,
    runtime,
    settings: plan.settings,
    schedule: plan.schedule,
    commit: plan.config.data.meta?.commit ?? (await gitCommit(ports.files, ports.workingFolder)),
    onProgress,
  };
}
