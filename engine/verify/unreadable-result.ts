import type { Finding } from '../core/findings.ts';
import type { VerifyResult } from './verify-result.ts';

/** The result for a file of which nothing could be read: malformed, exit code 2. */
export function unreadableResult(file: string, findings: readonly Finding[]): VerifyResult {
  return {
    file,
    ok: false,
    exitCode: 2,
    reason: 'malformed',
    kind: '',
    ratio_vs_baseline: null,
    ci: null,
    recompute: null,
    gates: {},
    findings,
  };
}
