import type { CodeFacts } from './index.ts';

export const doctorCodes = {} as const satisfies Record<string, CodeFacts>;
