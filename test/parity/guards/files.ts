import type { ParityFile } from '../parity-types.ts';

export const guardFiles: Readonly<Record<string, ParityFile>> = {};
