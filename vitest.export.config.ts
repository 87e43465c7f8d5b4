import { defineConfig } from 'vitest/config';

/** Models exported by another program; see scripts/test-torch-export.mjs, which looks for that program first. */
export default defineConfig({
  test: {
    name: 'torch-export',
    include: ['test/export/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
