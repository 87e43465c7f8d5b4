import { availableParallelism } from 'node:os';
import { InvarLockError } from '../core/errors.ts';
import { engineMemoryBytes } from '../runtime/engine-memory.ts';
import type { EngineOptions } from '../runtime/start-engine.ts';
import type { CliContext } from './node-context.ts';

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
    memoryLimitBytes: engineMemoryBytes(),
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
