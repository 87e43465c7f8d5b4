import { compareCodePoints } from '../../core/compare-code-points.ts';
import type { JsonObject } from '../../core/json-access.ts';
import type { JudgedGuard, PreparedGuard } from './guard-chain.ts';

/** A guard's entry in a report (spec 03 §1.7). `passed` is null where nothing was judged. */
export interface GuardEntry {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'not_evaluated' | 'not_applicable' | 'prepared';
  readonly passed: boolean | null;
  readonly [member: string]: unknown;
}

/** What the baseline's report keeps: how and what was measured, and no verdict. */
export function baselineEntries(prepared: readonly PreparedGuard[]): readonly GuardEntry[] {
  // A second pass is prepared by the same guard on the same model.
  const first = prepared.filter(({ entry, name }) => entry === name);
  return first.map(({ entry, preparation }) => {
    const { state, reason, isNotApplicable, metrics, details = {} } = preparation;
    const missing = isNotApplicable ? 'not_applicable' : 'not_evaluated';
    return {
      ...empty(entry),
      status: state === undefined ? missing : 'prepared',
      ...(reason === undefined ? {} : { reason }),
      metrics,
      details,
    };
  });
}

/** What the subject's report keeps. The baseline's contract stands beside, so that one report tells whether they match. */
export function subjectEntries(
  judged: readonly JudgedGuard[],
  prepared: readonly PreparedGuard[],
): readonly GuardEntry[] {
  return judged.map(({ entry, outcome }) => {
    const { status, reason, further = {}, ...facts } = outcome;
    const preparation = prepared.find((one) => one.entry === entry)?.preparation;
    const contract = preparation?.metrics.measurement_contract;
    return {
      ...empty(entry),
      ...facts,
      status,
      passed: status === 'passed' ? true : status === 'failed' ? false : null,
      ...(reason === undefined ? {} : { reason }),
      ...(contract === undefined ? {} : { baseline_measurement_contract: contract }),
      ...further,
    };
  });
}

/** Seconds of every entry. */
export function guardTimings(
  guards: readonly { readonly entry: string; readonly elapsedMs: number }[],
): Readonly<Record<string, number>> {
  const seconds = guards.map(({ entry, elapsedMs }) => [entry, elapsedMs / 1000] as const);
  return Object.fromEntries(seconds.sort(([a], [b]) => compareCodePoints(a, b)));
}

function empty(name: string) {
  const none: readonly JsonObject[] = [];
  return {
    name,
    status: 'not_evaluated' as const,
    passed: null,
    action: 'none',
    policy: {},
    metrics: {},
    actions: none,
    violations: none,
    warnings: none,
    errors: none,
    details: {},
  };
}
