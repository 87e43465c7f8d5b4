import { expect, test } from 'vitest';
import { fuzzCheckpoint } from '../../fuzz/checkpoint.ts';

// A short run with seeds that stay; `node scripts/fuzz.mjs checkpoint` goes on for as long as one likes.
test.each([1, 2, 3])('no edit of a model folder breaks its opening: seed %d', async (seed) => {
  const { steps } = await fuzzCheckpoint({ seed, goesOn: (folders) => folders < 150 });
  expect(steps).toBe(450);
});
