import type { ParityFile } from '../parity-types.ts';

export const evidenceFiles: Readonly<Record<string, ParityFile>> = {};
