import type { Finding, Severity } from '../core/findings.ts';
import type { JsonNode } from '../core/json-node.ts';

/** Names of how strict to be. `ci_cpu` is as lenient as `dev` (spec 02 EQ-42). */
export type VerifyProfile = 'dev' | 'ci' | 'ci_cpu' | 'release';

/** The profile of a run as verify knows it; one of INVARLOCK_CONFIG_ROOT is as lenient as dev. */
export function verifyProfileOf(label: string): VerifyProfile {
  const name = label.trim().toLowerCase();
  return name === 'ci' || name === 'ci_cpu' || name === 'release' ? name : 'dev';
}

/** What every check gets. */
export interface CheckContext {
  /** Plain data, objects without prototype. */
  readonly certificate: unknown;
  /** The same with places and number spellings. */
  readonly root: JsonNode;
  readonly profile: VerifyProfile;
  /** True under ci and release. */
  readonly strict: boolean;
  /** Allowed difference of recomputed numbers. */
  readonly tolerance: number;
  /** Text of the file given as baseline, if any. */
  readonly baselineText: string | undefined;
}

/** A check looks at one aspect and returns what it finds; `verifyCertificate` adds file and range. */
export type Check = (context: CheckContext) => readonly Finding[];

export function isStrict(profile: VerifyProfile): boolean {
  return profile === 'ci' || profile === 'release';
}

/** Short form for a finding of a check. */
export function found(
  code: Finding['code'],
  pointer: string,
  message: string,
  details: { readonly severity?: Severity; readonly expected?: unknown; readonly actual?: unknown } = {},
): Finding {
  return {
    code,
    severity: details.severity ?? 'error',
    pointer,
    message,
    ...('expected' in details ? { expected: details.expected } : {}),
    ...('actual' in details ? { actual: details.actual } : {}),
  };
}
