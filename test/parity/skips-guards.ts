import type { SkipRule } from './parity-types.ts';
import { guardKernelSkips } from './skips-guard-kernels.ts';

export const guardSkips: readonly SkipRule[] = [...guardKernelSkips];
