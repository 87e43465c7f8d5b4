import type { GateStatus } from './certificate-view.ts';

/** Statuses in words; the meaning never rests on a colour or a picture alone. */
export const statusText: Readonly<Record<GateStatus, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  warn: 'WARN',
  info: 'INFO',
  not_evaluated: 'NOT EVALUATED',
};
