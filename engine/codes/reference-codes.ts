import type { CodeFacts } from './index.ts';

/** The reference's error codes that have a meaning here (spec 01 §5). */
export const referenceCodes = {
  E001: {
    token: 'PAIRING-SCHEDULE-MISMATCH',
    title: 'Baseline and subject were not evaluated on the same windows',
  },
  E002: { token: 'TOKENIZER-DIGEST-MISMATCH', title: 'The tokenizers of baseline and subject differ' },
  E003: { token: 'MASK-PARITY-MISMATCH', title: 'The masked positions of baseline and subject differ' },
  E004: { token: 'PROVIDER-DIGEST-MISSING', title: 'A digest that pairing needs is missing' },
  E005: { token: 'INSUFFICIENT-SAMPLE', title: 'Fewer windows or replicates than the tier demands' },
  E006: { token: 'IDS-DIGEST-MISMATCH', title: 'The window ids of baseline and subject differ' },
  E111: {
    token: 'PRIMARY-METRIC-DEGRADED',
    title: "The subject's primary metric is invalid, degraded or not finite",
  },
  E302: { token: 'VALIDATION-FAILED', title: 'No window was asked for' },
  E303: {
    token: 'CAPACITY-INSUFFICIENT',
    title: 'The data has fewer texts than the windows that were asked for',
  },
  E304: { token: 'TOKENIZE-INSUFFICIENT', title: 'Too few texts gave a usable window' },
  E305: { token: 'STRATIFY-FAILED', title: 'The windows could not be divided into equally hard arms' },
  E306: { token: 'NO-SAMPLES', title: 'The data has no usable text' },
  E307: { token: 'NO-PAIRS', title: 'The data has no usable pair of texts' },
  E308: { token: 'PROVIDER-NOT-FOUND', title: 'Unknown dataset provider' },
  E402: { token: 'METRICS-VALIDATION-FAILED', title: 'A statistic was asked for with unusable input' },
  E501: { token: 'POLICY-PARAM-INVALID', title: 'A guard was given a setting that it cannot take' },
  E601: { token: 'CERTIFICATE-SCHEMA-INVALID', title: 'The document is not a certificate of a known schema' },
  E602: { token: 'RECOMPUTE-MISMATCH', title: 'A recorded number disagrees with the evidence' },
} as const satisfies Record<string, CodeFacts>;
