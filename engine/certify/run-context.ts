import type { LoadedConfig } from '../config/load-config.ts';
import type { RunSettings } from '../config/run-settings.ts';
import { megabytes } from '../core/megabytes.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import type { OnProgress } from './certify-progress.ts';
import { gitCommit } from './git-commit.ts';
import type { ExecutionPlan } from './plan-execution.ts';
import type { RunContext } from './run-arm.ts';
import type { CertifyPorts } from './run-certify.ts';
import { storesWindows } from './stored-windows.ts';

/** What every evaluation of one command shares; the commit is the config's, else that of the working folder. */
export async function runContext(
  ports: CertifyPorts,
  plan: {
    readonly settings: RunSettings;
    readonly schedule: WindowSchedule;
    readonly execution: ExecutionPlan;
    readonly config: LoadedConfig;
  },
  runtime: Runtime,
  onProgress: OnProgress,
): Promise<RunContext> {
  const { deviceReason, requestedDevice } = runtime.facts;
  // Who named the CPU knows it; what was chosen or explained is said.
  if (requestedDevice !== 'cpu') onProgress({ kind: 'notice', text: deviceReason });
  const { expectedPeakBytes, mappedBytes } = plan.execution.memory;
  onProgress({
    kind: 'notice',
    text: `This needs about ${megabytes(expectedPeakBytes)} of memory; ${megabytes(mappedBytes)} of weights stay in their files.`,
  });
  return {
    ...ports,
    runtime,
    settings: plan.settings,
    schedule: plan.schedule,
    execution: plan.execution,
    commit: plan.config.data.meta?.commit ?? (await gitCommit(ports.files, ports.workingFolder)),
    onProgress,
    storesTexts: storesWindows(ports.environment),
  };
}
