import type { CodeFacts } from './index.ts';

export const configCodes = {} as const satisfies Record<string, CodeFacts>;
