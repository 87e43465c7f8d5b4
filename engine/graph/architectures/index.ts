import type { Architecture } from './architecture.ts';
import { bert } from './bert.ts';
import { distilbert } from './distilbert.ts';
import { gemma2, gemma3 } from './gemma.ts';
import { gptNeox } from './gpt-neox.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { opt } from './opt.ts';
import { phi3 } from './phi3.ts';
import { qwen2, qwen3 } from './qwen.ts';
import { roberta } from './roberta.ts';
import { t5 } from './t5.ts';

/** Every architecture that can be evaluated. A new one is a file of its own and a row here. */
export const architectures: readonly Architecture[] = [
  bert,
  distilbert,
  gemma2,
  gemma3,
  gpt2,
  gptNeox,
  llama,
  mistral,
  opt,
  phi3,
  qwen2,
  qwen3,
  roberta,
  t5,
];

export function architectureOf(modelType: string): Architecture | undefined {
  return architectures.find((architecture) => architecture.modelType === modelType);
}
