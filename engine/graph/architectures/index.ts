import type { Architecture } from './architecture.ts';
import { bert } from './bert.ts';
import { distilbert } from './distilbert.ts';
import { gpt2 } from './gpt2.ts';
import { roberta } from './roberta.ts';
import { t5 } from './t5.ts';

/** Every architecture that can be evaluated. A new one is a file of its own and a row here. */
export const architectures: readonly Architecture[] = [bert, distilbert, gpt2, roberta, t5];

export function architectureOf(modelType: string): Architecture | undefined {
  return architectures.find((architecture) => architecture.modelType === modelType);
}
