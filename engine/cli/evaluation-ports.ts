import type { CertifyPorts } from '../certify/run-certify.ts';
import { startOnDevice } from '../runtime/start-on-device.ts';
import { engineOptions } from './engine-options.ts';
import type { CliContext } from './node-context.ts';

/** What an evaluation needs, from what a command has. A timeout is a cancellation by the clock. */
export function evaluationPorts(
  context: CliContext,
  timeoutSeconds: number | undefined,
  whileStarting?: () => void,
): CertifyPorts {
  return {
    files: context.files,
    clock: context.clock,
    cancelled:
      timeoutSeconds === undefined ? context.cancelled : withTimeLimit(context.cancelled, timeoutSeconds),
    environment: context.environment,
    workingFolder: context.workingFolder,
    startRuntime: (device, mappedBytes, threads) => {
      const options = engineOptions(context);
      return startOnDevice(
        { ...options, mappedBytes, threads: threads ?? options.threads, whileStarting },
        device,
      );
    },
  };
}

/** Node may collect a signal of `AbortSignal.timeout` that only `AbortSignal.any` knows, and then it never fires. */
function withTimeLimit(cancelled: AbortSignal, seconds: number): AbortSignal {
  const limited = new AbortController();
  const timer = setTimeout(
    () => limited.abort(new DOMException('The time limit was reached.', 'TimeoutError')),
    seconds * 1000,
  );
  timer.unref();
  if (cancelled.aborted) limited.abort(cancelled.reason);
  cancelled.addEventListener('abort', () => limited.abort(cancelled.reason), { once: true });
  return limited.signal;
}
