import { expect, test } from 'vitest';
import { fuzzDataFiles } from '../../fuzz/data-files.ts';

// A short run with seeds that stay; `node scripts/fuzz.mjs data-files` goes on for as long as one likes.
test.each([1, 2, 3])('no bytes break the readers of data files: seed %d', async (seed) => {
  const { steps } = await fuzzDataFiles({ seed, goesOn: (files) => files < 40 });
  expect(steps).toBe(480);
});
