import type { Checked } from '../../core/findings.ts';
import type { JsonObject } from '../../core/json-access.ts';
import { PolicyValues } from '../common/policy-values.ts';
import type { InvariantsPolicy } from './invariants-guard.ts';

/** A policy from a configuration; the guard must not run with one that has findings. */
export function invariantsPolicy(raw: JsonObject): Checked<InvariantsPolicy> {
  const values = new PolicyValues('invariants', raw);
  const checks = raw.profile_checks;
  if (checks !== undefined && !Array.isArray(checks))
    values.refuse('profile_checks', checks, 'a list of names');
  const value = {
    strict_mode: values.truth('strict_mode', false),
    on_fail: values.choice('on_fail', ['warn', 'rollback', 'abort'], 'warn'),
    profile_checks: Array.isArray(checks) ? checks.map(String) : [],
  };
  return { value, findings: values.findings };
}
