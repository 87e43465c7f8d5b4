import type { SkipRule } from './parity-types.ts';
import { guardKernelSkips } from './skips-guard-kernels.ts';
import { quantRtnSkips } from './skips-quant-rtn.ts';

export const guardSkips: readonly SkipRule[] = [...guardKernelSkips, ...quantRtnSkips];
