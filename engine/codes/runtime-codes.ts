import type { CodeFacts } from './index.ts';

/** The engine child, which runs ONNX Runtime, and what comes back from it. */
export const runtimeCodes = {
  R401: { token: 'ENGINE-START-FAILED', title: 'The engine process could not be started' },
  R402: { token: 'ENGINE-CRASHED', title: 'The engine process ended unexpectedly' },
  R403: { token: 'MODEL-LOAD-FAILED', title: 'ONNX Runtime refused to load the model' },
  R404: { token: 'RUN-FAILED', title: 'ONNX Runtime failed while it evaluated a window' },
  R405: { token: 'ENGINE-TIMEOUT', title: 'The engine process did not answer in time' },
  R406: { token: 'ENGINE-CLOSED', title: 'The engine process was already closed' },
  R410: { token: 'WINDOW-UNUSABLE', title: 'A window cannot be evaluated on this model' },
  R411: { token: 'OUTPUT-UNEXPECTED', title: 'The model gave another output than its graph promises' },
} as const satisfies Record<string, CodeFacts>;
