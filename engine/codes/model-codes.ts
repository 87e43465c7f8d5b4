import type { CodeFacts } from './index.ts';

export const modelCodes = {} as const satisfies Record<string, CodeFacts>;
