import { defineConfig } from 'vitest/config';

const shared = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  setupFiles: ['test/setup-property-tests.ts'],
};

export default defineConfig({
  test: {
    // The suites share two cores with the engine children that some of them start.
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'integration',
          // Whole certifications run here, several to a test; a busy machine may take a while.
          testTimeout: 240_000,
          include: ['test/integration/**/*.test.ts', 'test/lsp/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
        },
      },
    ],
  },
});
