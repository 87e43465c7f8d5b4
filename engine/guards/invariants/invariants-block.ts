import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../../core/json-access.ts';
import type { InvariantChecks } from './capture-checks.ts';
import { compareChecks } from './compare-checks.ts';

/** The certificate's `invariants`. */
export interface InvariantsBlock {
  readonly pre: 'pass';
  readonly post: InvariantsStatus;
  readonly status: InvariantsStatus;
  readonly summary: {
    readonly checks_performed: number;
    readonly violations_found: number;
    readonly fatal_violations: number;
    readonly warning_violations: number;
  };
  readonly details: JsonObject;
  readonly failures: readonly InvariantFailure[];
}

type InvariantsStatus = 'pass' | 'warn' | 'fail';

interface InvariantFailure {
  readonly check: string;
  readonly type: string;
  readonly severity: string;
  readonly detail?: JsonObject;
}

/**
 * What the subject's guard found, with what differs between the two reports' checks (spec 03 §2.5). Reports of the
 * reference's runs compare the subject with itself; this comparison is the one that sees the baseline.
 */
export function invariantsBlock(report: unknown, baselineReport: unknown): InvariantsBlock {
  const measured = objectAt(report, 'metrics', 'invariants') ?? {};
  const entry = guardEntry(report);
  const listed = (listAt(entry, 'violations') ?? []).filter(isObject).map((violation) => {
    const check = textAt(violation, 'check') ?? textAt(violation, 'name') ?? 'invariant';
    return asFailure(violation, check);
  });
  const compared = comparison(entry, guardEntry(baselineReport));
  const failures = [...Object.entries(measured).flatMap(measuredFailures), ...listed, ...compared];
  const count = (severity: string) =>
    compared.filter((failure) => failure.severity === severity).length +
    (numberAt(entry, 'metrics', `${severity}_violations`) ?? 0);
  const summary = {
    checks_performed: numberAt(entry, 'metrics', 'checks_performed') ?? 0,
    violations_found: (numberAt(entry, 'metrics', 'violations_found') ?? 0) + compared.length,
    fatal_violations: count('fatal'),
    warning_violations: count('warning'),
  };
  const isBroken = summary.fatal_violations > 0 || failures.some(({ severity }) => severity === 'error');
  const isNoted = summary.warning_violations > 0 || failures.length > 0;
  const status = isBroken ? 'fail' : isNoted ? 'warn' : 'pass';
  const details = Object.keys(measured).length > 0 ? measured : (objectAt(entry, 'details') ?? {});
  return { pre: 'pass', post: status, status, summary, details, failures };
}

function guardEntry(report: unknown): JsonObject | undefined {
  return (listAt(report, 'guards') ?? [])
    .filter(isObject)
    .find((entry) => textAt(entry, 'name') === 'invariants');
}

function comparison(subject: JsonObject | undefined, baseline: JsonObject | undefined): InvariantFailure[] {
  const before = snapshot(baseline, 'baseline_checks', 'current_checks');
  const after = snapshot(subject, 'current_checks', 'baseline_checks');
  if (!before || !after) return [];
  return compareChecks(before, after, () => 'warning').map((violation) => {
    const check = [violation.check, violation.module, violation.type].find((name) => name !== undefined);
    return asFailure({ ...violation, source: 'baseline_compare' }, String(check));
  });
}

function snapshot(entry: JsonObject | undefined, ...names: readonly string[]): InvariantChecks | undefined {
  return names.map((name) => objectAt(entry, 'details', name)).find((checks) => checks !== undefined);
}

function asFailure(violation: JsonObject, name: string): InvariantFailure {
  const { check: _, type, severity, ...detail } = violation;
  const failure = { check: name, type: String(type ?? 'violation'), severity: String(severity ?? 'warning') };
  return Object.keys(detail).length > 0 ? { ...failure, detail } : failure;
}

/** Results that a report keeps by check; false stands for a failure that says nothing more. */
function measuredFailures([name, result]: readonly [string, unknown]): InvariantFailure[] {
  if (!isObject(result)) {
    return result ? [] : [{ check: name, type: 'failure', severity: 'error' }];
  }
  if (result.passed !== false) return [];
  const violations = (listAt(result, 'violations') ?? []).filter(isObject);
  if (violations.length === 0) {
    const { passed: _, type, ...detail } = result;
    const failure = { check: name, type: String(type ?? 'failure'), severity: 'error' };
    return [Object.keys(detail).length > 0 ? { ...failure, detail } : failure];
  }
  return violations.map(({ type, ...detail }) => ({
    check: name,
    type: String(type ?? 'violation'),
    severity: String(detail.severity ?? 'warning'),
    detail,
  }));
}
