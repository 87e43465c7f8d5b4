import type { CodeFacts } from './index.ts';

export const editCodes = {} as const satisfies Record<string, CodeFacts>;
