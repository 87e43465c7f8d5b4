import { expect, test } from 'vitest';
import { fuzzServer } from '../../fuzz/server.ts';

// A short run with seeds that stay; `node scripts/fuzz.mjs server` goes on for as long as one likes.
test.each([1, 2, 3])('no document and no edit breaks a feature of the server: seed %d', async (seed) => {
  const { steps } = await fuzzServer({ seed, goesOn: (documents) => documents < 12 });
  expect(steps).toBe(144);
});
