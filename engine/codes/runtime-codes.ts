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
  R420: { token: 'DEVICE-UNKNOWN', title: 'The name of the device means nothing here' },
  R421: { token: 'DEVICE-UNUSABLE', title: 'The device that was asked for cannot be used here' },
  R422: { token: 'DEVICE-DISAGREES', title: 'The device computes other losses than the CPU' },
  R423: { token: 'DEVICE-UNUSED', title: 'Nothing of the model ran on the device' },
  R424: { token: 'DEVICE-MISMATCH', title: 'Baseline and subject were evaluated on different devices' },
  R430: { token: 'MEMORY-INSUFFICIENT', title: 'The model needs more memory than there is' },
  R431: { token: 'MEMORY-LIMIT', title: 'The engine process reached its memory limit' },
  R432: { token: 'WEIGHTS-EXCEED-MEMORY', title: 'The weights are larger than the memory that is free' },
  R433: { token: 'DTYPE-UNSUPPORTED', title: 'The precision that was asked for would change the weights' },
  R434: { token: 'ROWS-LOWERED', title: 'The output head is computed in smaller parts' },
} as const satisfies Record<string, CodeFacts>;
