import type { CodeFacts } from './index.ts';

export const verifyCodes = {} as const satisfies Record<string, CodeFacts>;
