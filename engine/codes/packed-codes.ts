import type { CodeFacts } from './index.ts';

/** Checkpoints whose matrices are packed: GPTQ, AWQ, compressed-tensors, bitsandbytes and what is like them. */
export const packedCodes = {
  M280: {
    token: 'QUANTIZATION-UNSUPPORTED',
    title: 'The weights are packed in a way that this version cannot unpack',
  },
  M281: {
    token: 'QUANTIZATION-INVALID',
    title: 'config.json does not describe packed weights as it should',
  },
  M282: { token: 'PACKED-MATRIX', title: 'The parts of a packed matrix do not belong together' },
} as const satisfies Record<string, CodeFacts>;
