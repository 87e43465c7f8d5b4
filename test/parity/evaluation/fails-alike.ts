import { InvarLockError } from '../../../engine/core/errors.ts';
import type { Finding } from '../../../engine/core/findings.ts';
import type { Golden } from '../parity-types.ts';

/**
 * Ours for a case in which the reference may fail: both must, or neither. The reference's sentences and classes are its
 * own; what ours must have is one of these codes.
 */
export function failsAlike(expected: Golden, codes: readonly string[], compute: () => Golden): Golden {
  try {
    return compute();
  } catch (error) {
    if (expected.error === undefined || !(error instanceof InvarLockError) || !codes.includes(error.code))
      throw error;
    return expected;
  }
}

/** As `failsAlike`, for functions that return findings: the first error stands for the failure. */
export function failureAlike(
  expected: Golden,
  codes: readonly string[],
  findings: readonly Finding[],
): Golden {
  const first = findings.find(({ severity }) => severity === 'error');
  if (expected.error !== undefined && first && codes.includes(first.code)) return expected;
  return { error: first ? `${first.code}: ${first.message}` : 'no error' };
}
