import type { SkipRule } from './parity-types.ts';

export const evidenceSkips: readonly SkipRule[] = [];
