import type { CertifyPorts } from '../certify/run-certify.ts';
import { startOnDevice } from '../runtime/start-on-device.ts';
import { engineOptions } from './engine-options.ts';
import type { CliContext } from './node-context.ts';

/** What an evaluation needs, from what a command has. A timeout is a cancellation by the clock. */
export function evaluationPorts(context: CliContext, timeoutSeconds: number | undefined): CertifyPorts {
  const cancelled =
    timeoutSeconds === undefined
      ? context.cancelled
      : AbortSignal.any([context.cancelled, AbortSignal.timeout(timeoutSeconds * 1000)]);
  return {
    files: context.files,
    clock: context.clock,
    cancelled,
    environment: context.environment,
    workingFolder: context.workingFolder,
    startRuntime: (device) => startOnDevice(engineOptions(context), device),
  };
}
