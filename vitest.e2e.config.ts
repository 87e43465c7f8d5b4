import { defineConfig } from 'vitest/config';

/** End to end in a real VS Code: one workbench at a time, since each brings an extension host and a browser. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/support/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
});
