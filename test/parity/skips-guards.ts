import type { SkipRule } from './parity-types.ts';

export const guardSkips: readonly SkipRule[] = [];
