import type { CodeFacts } from './index.ts';

/** Tokenizers and evaluation data. */
export const dataCodes = {
  T301: { token: 'TOKENIZER-MISSING', title: 'The model folder has no tokenizer.json' },
  T302: { token: 'TOKENIZER-INVALID', title: 'tokenizer.json cannot be used' },
  T303: { token: 'TOKENIZER-MODEL-MISMATCH', title: 'The tokenizer makes ids that the model does not have' },
  T304: { token: 'TOKENIZER-NO-MASK', title: 'The tokenizer has no mask token' },
  T305: { token: 'TOKENIZER-UNSUPPORTED', title: 'The tokenizer has parts that are not supported' },
  T310: { token: 'DATA-FILE-MISSING', title: 'The data file does not exist' },
  T311: { token: 'DATA-LINE-SKIPPED', title: 'Rows of the data file were skipped' },
  T312: { token: 'DATA-MADE-UP', title: 'The texts are made up' },
  T313: { token: 'DATA-FILE-BROKEN', title: 'The data file cannot be read to its end' },
  T314: { token: 'DATA-FORMAT-UNKNOWN', title: 'The data file is in a format that is not read' },
  T320: { token: 'WINDOWS-DUPLICATE', title: 'Duplicate windows cannot be removed above the floor' },
  T321: { token: 'WINDOW-TOO-LONG', title: 'The window is longer than the model can read' },
  T322: { token: 'STRIDE-MISMATCH', title: 'stride must equal seq_len' },
  T323: { token: 'NOTHING-MASKED', title: 'No token would be masked' },
} as const satisfies Record<string, CodeFacts>;
