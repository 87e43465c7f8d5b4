import { spectralResult } from '../../certificate/blocks/guard-blocks.ts';
import { recordedTier } from '../../certificate/recorded-policy.ts';
import type { Finding } from '../../core/findings.ts';
import { isObject, listAt, objectAt, valueAt } from '../../core/json-access.ts';
import { canonicalJson } from '../../core/python-json.ts';
import { compareChecks } from '../../guards/invariants/compare-checks.ts';
import { invariantsPolicy } from '../../guards/invariants/invariants-policy.ts';
import { outcomeOfRecords } from '../../guards/spectral/outcome-of-records.ts';
import { spectralPolicy } from '../../guards/spectral/spectral-policy.ts';
import { readWeightRecord, type WeightRecord } from '../../guards/spectral/weight-record.ts';
import { type Check, type CheckContext, found } from '../check-context.ts';
import { isOurs } from '../is-ours.ts';
import { compareAt, isClose } from './compare.ts';

/** What the guards said, reached again from the measurements in the certificate (spec 03 §2.3, §3.5 to §3.7). */
export const recheckGuards: Check = (context) => {
  if (!isOurs(context.certificate)) return [];
  return [...invariantsFindings(context), ...spectralFindings(context)];
};

const invariantsSource = 'the violations in the certificate give';

/** The verdict follows from the violations, and the violations include what the recorded checks differ in. */
function invariantsFindings(context: CheckContext): readonly Finding[] {
  const block = objectAt(context.certificate, 'invariants');
  if (typeof block?.passed !== 'boolean') return [];
  const failures = (listAt(block, 'failures') ?? []).filter(isObject);
  const has = (severity: string) => failures.some((failure) => failure.severity === severity);
  const policy = invariantsPolicy(objectAt(context.certificate, 'resolved_policy', 'invariants') ?? {}).value;
  const isStrict = policy?.on_fail === 'abort' || policy?.on_fail === 'rollback';
  const passed = !has('fatal') && !(isStrict && has('warning'));
  const status = has('fatal') ? 'fail' : failures.length > 0 ? 'warn' : 'pass';
  return [
    ...compareAt(context, '/invariants/passed', passed, invariantsSource),
    ...compareAt(context, '/invariants/status', status, invariantsSource),
    ...snapshotFindings(context, failures),
  ];
}

function snapshotFindings(
  { certificate }: CheckContext,
  failures: readonly Readonly<Record<string, unknown>>[],
): readonly Finding[] {
  const before = objectAt(certificate, 'invariants', 'details', 'baseline_checks');
  const after = objectAt(certificate, 'invariants', 'details', 'current_checks');
  if (!before || !after) {
    const message = 'The certificate lacks the checks of both models that its invariants compared.';
    return [found('E602', '/invariants/details', message)];
  }
  return compareChecks(before, after, () => 'warning')
    .filter(({ type, check }) => !failures.some((one) => isAbout(one, type, check)))
    .map(({ message }) => {
      const text = `The recorded checks of both models differ, but no violation says so: ${message}`;
      return found('E602', '/invariants/failures', text);
    });
}

function isAbout(failure: Readonly<Record<string, unknown>>, type: string, check: unknown): boolean {
  return failure.type === type && (check === undefined || failure.check === check);
}

const spectralSource = 'the weights in the certificate give';

/** What the verdict on weights consists of, and what only describes it. */
const recomputed = [
  ...['passed', 'status', 'caps_applied', 'caps_exceeded', 'max_caps', 'violations_found'],
  ...['families', 'family_caps', 'caps_applied_by_family', 'family_z_quantiles', 'top_z_scores'],
  ...['top_violations', 'paired', 'attribution', 'multiple_testing', 'sigma_quantile', 'deadband', 'policy'],
];

function spectralFindings(context: CheckContext): readonly Finding[] {
  const { certificate } = context;
  if (typeof valueAt(certificate, 'spectral', 'passed') !== 'boolean') return [];
  const records = recordsOf(certificate);
  const policy = spectralPolicy(
    withoutContract(objectAt(certificate, 'resolved_policy', 'spectral') ?? {}),
  ).value;
  if (!records || !policy) {
    const message = 'The certificate lacks the measurements of the weights that its spectral guard judged.';
    return [found('E602', '/spectral/weights', message)];
  }
  const statistics = objectAt(certificate, 'resolved_policy', 'spectral', 'baseline_family_stats');
  const expected = spectralResult(recordedTier(certificate), outcomeOfRecords(records, policy, statistics));
  // Written and read back, as the certificate was.
  const plain = JSON.parse(canonicalJson(expected, 'B'));
  return [
    ...recomputed.flatMap((key) => compareAt(context, `/spectral/${key}`, plain[key], spectralSource)),
    ...records.flatMap((record, index) => recordFindings(context, record, index)),
  ];
}

function withoutContract({ measurement_contract: _, ...settings }: Readonly<Record<string, unknown>>) {
  return settings;
}

function recordsOf(certificate: unknown): readonly WeightRecord[] | undefined {
  const list = listAt(certificate, 'spectral', 'weights');
  const records = (list ?? []).map((value) => (isObject(value) ? readWeightRecord(value) : undefined));
  const whole = records.filter((record) => record !== undefined);
  return list && list.length > 0 && whole.length === list.length ? whole : undefined;
}

/** A change that is recorded beside the numbers it follows from. */
function recordFindings(context: CheckContext, record: WeightRecord, index: number): readonly Finding[] {
  const { sigma, sigma_base: base, sigma_change: change } = record;
  const at = `/spectral/weights/${index}`;
  const findings: Finding[] = [];
  const isUntouched = record.changed_elements === 0;
  if (sigma !== undefined && base !== undefined && base > 0 && change !== null) {
    const expected = (sigma - base) / base;
    if (!isClose(context, expected, change))
      findings.push(changed(`${at}/sigma_change`, expected, change, record));
  }
  const isMoved = record.distance !== 0 || record.norm !== record.norm_base || (sigma ?? 0) !== (base ?? 0);
  if (isUntouched && isMoved) findings.push(changed(`${at}/changed_elements`, 'more than 0', 0, record));
  return findings;
}

function changed(pointer: string, expected: unknown, actual: unknown, { weight }: WeightRecord): Finding {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  const message = `${name} of ${weight} is ${String(actual)}, but its other measurements give ${String(expected)}.`;
  return found('E602', pointer, message, { expected, actual });
}
