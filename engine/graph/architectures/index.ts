import type { Architecture } from './architecture.ts';
import { gpt2 } from './gpt2.ts';

/** Every architecture that can be evaluated. A new one is a file of its own and a row here. */
export const architectures: readonly Architecture[] = [gpt2];

export function architectureOf(modelType: string): Architecture | undefined {
  return architectures.find((architecture) => architecture.modelType === modelType);
}
