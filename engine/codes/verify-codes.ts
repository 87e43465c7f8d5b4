import type { CodeFacts } from './index.ts';

/** Reading evidence and checking it. */
export const verifyCodes = {
  V501: { token: 'JSON-SYNTAX', title: 'The file is not valid JSON' },
  V502: { token: 'JSON-DUPLICATE-KEY', title: 'A key stands twice in one JSON object' },
  V503: { token: 'JSON-LIMIT', title: 'The JSON file is too large or nested too deeply' },
  V504: { token: 'JSON-NON-FINITE', title: 'NaN or Infinity stands where JSON has no such number' },
  V505: { token: 'SCHEMA-DEVIATION', title: 'The certificate deviates from its schema' },
  V510: { token: 'METRIC-MISSING', title: 'A number of the primary metric is missing or not finite' },
  V511: {
    token: 'BASELINE-MISSING',
    title: 'The baseline value of the primary metric is missing or unusable',
  },
  V512: { token: 'PAIRING-EVIDENCE', title: 'The certificate does not show that its windows are paired' },
  V513: { token: 'COUNT-EVIDENCE', title: 'A window count is missing or not an integer' },
  V514: { token: 'DRIFT-OUT-OF-BAND', title: 'The drift from preview to final is outside its band' },
  V515: {
    token: 'LIMITS-WIDENED',
    title: 'The certificate carries limits or lints that its policy does not give',
  },
  V516: { token: 'MODEL-LINT', title: "A rule of the model's family does not hold" },
  V517: {
    token: 'CONTRACT-EVIDENCE',
    title: 'The measurement contract of a guard is missing or does not match',
  },
  V518: { token: 'GUARD-MISSING', title: 'A guard that the policy names was not evaluated' },
  V519: { token: 'OVERHEAD-EVIDENCE', title: 'The evidence of guard overhead is missing' },
  V520: {
    token: 'EVIDENCE-MISSING',
    title: 'The windows that the numbers came from are not in the certificate',
  },
  V521: { token: 'GATE-FAILED', title: 'A gate of the certificate failed' },
  V522: {
    token: 'CERTIFICATE-DIGEST',
    title: 'The digest over the whole certificate is missing or does not match',
  },
  V523: { token: 'BASELINE-FILE', title: 'The file given as baseline cannot be used' },
  V530: { token: 'REPORT-INVALID', title: 'The run report cannot be certified' },
} as const satisfies Record<string, CodeFacts>;
