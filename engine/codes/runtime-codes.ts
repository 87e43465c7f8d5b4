import type { CodeFacts } from './index.ts';

export const runtimeCodes = {} as const satisfies Record<string, CodeFacts>;
