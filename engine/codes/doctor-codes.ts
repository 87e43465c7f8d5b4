import type { CodeFacts } from './index.ts';

/** Findings of `invarlock doctor` (spec 01 §4.1 for D001–D013; D1xx are ours, about this engine). */
export const doctorCodes = {
  D005: {
    token: 'PREFLIGHT-FAILED',
    title: 'The configuration could not be read, so nothing else was checked',
  },
  D013: { token: 'TINY-RELAX', title: 'INVARLOCK_TINY_RELAX relaxes gates' },
  D101: { token: 'NODE-TOO-OLD', title: 'Node is older than this version needs' },
  D102: { token: 'RUNTIME-UNAVAILABLE', title: 'ONNX Runtime does not start here' },
  D103: { token: 'RUNTIME-READY', title: 'ONNX Runtime starts and computes' },
  D104: { token: 'NETWORK-POLICY', title: 'Whether the network is allowed' },
} as const satisfies Record<string, CodeFacts>;
