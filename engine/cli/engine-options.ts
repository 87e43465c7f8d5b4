import { availableParallelism } from 'node:os';
import { InvarLockError } from '../core/errors.ts';
import type { EngineOptions } from '../runtime/start-engine.ts';
import type { CliContext } from './node-context.ts';

/** The share of the available memory that the engine child may hold: the rest is for what else runs here. */
const memoryShare = 0.9;
/** Below that not even small models fit, and the limit would only hide what is wrong. */
const leastLimitBytes = 1 << 30;

/** How the command line starts the engine child. */
export function engineOptions({ childPath, environment }: CliContext): EngineOptions {
  const { INVARLOCK_VULKAN_DRIVER, INVARLOCK_LIBRARY_PATH } = environment;
  const nativeLibraries = {
    vulkanDriver: named(INVARLOCK_VULKAN_DRIVER),
    libraryPath: named(INVARLOCK_LIBRARY_PATH),
  };
  return {
    childPath,
    threads: threadCount(environment.INVARLOCK_OMP_THREADS),
    memoryLimitBytes: Math.max(leastLimitBytes, Math.floor(memoryShare * process.availableMemory())),
    nativeLibraries,
  };
}

/** INVARLOCK_OMP_THREADS, else every core. The losses are the same for any number (spec 01 §6.1). */
export function threadCount(value: string | undefined): number {
  const text = named(value);
  if (text === undefined) return availableParallelism();
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvarLockError(
    'U701',
    `INVARLOCK_OMP_THREADS is ${JSON.stringify(text)}, which is no number of threads. Set it to 1 or more, or remove it.`,
  );
}

function named(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
