import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseResident, watchMemory } from '../../../engine/runtime/watch-memory.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Looks at a process whose memory goes through `sizes`, one a look. */
async function watch(
  sizes: readonly (number | undefined)[],
  looks: number,
): Promise<{ exceeded: number[]; read: number }> {
  const exceeded: number[] = [];
  let read = 0;
  const stop = watchMemory(
    1,
    () => 100,
    (bytes) => exceeded.push(bytes),
    async () => sizes[read++],
  );
  await vi.advanceTimersByTimeAsync(500 * looks);
  stop();
  await vi.advanceTimersByTimeAsync(5000);
  return { exceeded, read };
}

test.each([
  ['within the limit', [50, 100, 100], 3, [], 3],
  ['above it: told once, then the watch is over', [50, 101, 200], 3, [101], 2],
  ['an answer that fails is no answer', [undefined, undefined, 150], 3, [150], 3],
])('%s', async (_, sizes, looks, exceeded, read) => {
  expect(await watch(sizes, looks)).toEqual({ exceeded, read });
});

test('a slow answer is waited for before the next look', async () => {
  let asked = 0;
  const stop = watchMemory(
    1,
    () => 100,
    () => {},
    () => {
      asked++;
      return new Promise(() => {});
    },
  );
  await vi.advanceTimersByTimeAsync(5000);
  stop();
  expect(asked).toBe(1);
});

test.each([
  ['  48392\n', 'linux', 48_392 * 1024],
  ['48392\n', 'darwin', 48_392 * 1024],
  ['"node.exe","1234","Console","1","48,392 K"\r\n', 'win32', 48_392 * 1024],
  ['"node.exe","1234","Console","1","1.048.392 K"\r\n', 'win32', 1_048_392 * 1024],
  ['INFO: No tasks are running which match the specified criteria.\r\n', 'win32', undefined],
  ['', 'linux', undefined],
])('%j on %s', (output, platform, expected) => {
  expect(parseResident(output, platform)).toBe(expected);
});
