import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { threadCount } from '../../../engine/cli/engine-options.ts';

test.each([
  [undefined, availableParallelism()],
  [' ', availableParallelism()],
  ['1', 1],
  [' 3 ', 3],
])('INVARLOCK_OMP_THREADS=%j gives %d threads', (value, expected) => {
  expect(threadCount(value)).toBe(expected);
});

test.each(['0', '-1', '1.5', 'many'])('INVARLOCK_OMP_THREADS=%s is refused', (value) => {
  expect(() => threadCount(value)).toThrow(/INVARLOCK_OMP_THREADS is ".+", which is no number of threads/u);
});
