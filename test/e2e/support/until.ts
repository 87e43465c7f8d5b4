import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until there is an answer; the last error tells what was missing. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`, { cause: last });
}

/** Resolves when the process is gone. */
export async function gone(child: import('node:child_process').ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
