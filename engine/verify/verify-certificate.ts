import { type Finding, hasErrors } from '../core/findings.ts';
import { intervalAt, numberAt, textAt } from '../core/json-access.ts';
import { type JsonNode, plainValue, rangeAt } from '../core/json-node.ts';
import { readJson } from '../core/json-reader.ts';
import { isAccuracyKind } from '../metrics/metric-kinds.ts';
import { type Check, type CheckContext, isStrict, type VerifyProfile } from './check-context.ts';
import { checkCopies } from './checks/copies.ts';
import { checkDrift } from './checks/drift.ts';
import { checkGates, gateFlags } from './checks/gates.ts';
import { checkContracts, checkGuardFlags, checkGuardsEvaluated, checkOverhead } from './checks/guards.ts';
import { checkDataBinding, checkIntegrity } from './checks/integrity.ts';
import { checkLints } from './checks/lints.ts';
import { checkMetric } from './checks/metric.ts';
import { checkCounts, checkPairing } from './checks/pairing.ts';
import { checkPolicy } from './checks/policy.ts';
import { checkBaselineParity, checkProviderDigest } from './checks/provider-digest.ts';
import { recheckGuards } from './checks/recheck-guards.ts';
import { checkRecompute, recomputeOutcome } from './checks/recompute.ts';
import { checkSchema } from './checks/schema.ts';
import { checkTokenizer } from './checks/tokenizer.ts';
import { checkWeightChanges } from './checks/weight-changes.ts';
import { unreadableResult } from './unreadable-result.ts';
import type { VerifyResult } from './verify-result.ts';

export type { VerifyProfile } from './check-context.ts';
export type { VerifyResult } from './verify-result.ts';

export interface VerifyOptions {
  readonly profile: VerifyProfile;
  /** Allowed difference of recomputed numbers (default 1e-9). */
  readonly tolerance?: number;
  /** Text of a baseline report or certificate whose digests must match. */
  readonly baselineText?: string;
  /** The file's name, for the findings. */
  readonly file?: string;
}

/** In the order of spec 04 §4.1; what only reads comes before what computes. */
const CHECKS: readonly Check[] = [
  checkProviderDigest,
  checkBaselineParity,
  checkMetric,
  checkPairing,
  checkCounts,
  checkDrift,
  checkLints,
  checkTokenizer,
  checkGuardsEvaluated,
  checkGuardFlags,
  checkContracts,
  recheckGuards,
  checkOverhead,
  checkPolicy,
  checkCopies,
  checkWeightChanges,
  checkDataBinding,
  checkGates,
  checkIntegrity,
];

/**
 * Checks the text of a certificate again. Pure: it reads nothing but its arguments, and never throws for bad input.
 *
 * @example verifyCertificate(text, { profile: 'dev' }).exitCode // 0
 */
export function verifyCertificate(text: string, options: VerifyOptions): VerifyResult {
  const file = options.file ?? '';
  // Lenient, because the reference writes NaN tokens. A key that stands twice is another matter: two readers of the
  // file would see two different certificates.
  const { value: root, findings: readFindings } = readJson(text, { mode: 'lenient', file });
  const syntax = readFindings.map(asError);
  if (!root || hasErrors(syntax)) return unreadableResult(file, syntax);
  const certificate = plainValue(root);
  const schema = checkSchema({ certificate });
  const place = (findings: readonly Finding[]) => findings.map((finding) => placed(finding, root, file));
  if (hasErrors(schema)) return unreadableResult(file, [...syntax, ...place(schema)]);
  const context: CheckContext = {
    certificate,
    root,
    profile: options.profile,
    strict: isStrict(options.profile),
    tolerance: options.tolerance ?? 1e-9,
    baselineText: options.baselineText,
  };
  const recomputed = checkRecompute(context);
  const found = [...CHECKS.flatMap((check) => check(context)), ...recomputed];
  const findings = [...syntax, ...place(schema), ...place(found)];
  return {
    file,
    ok: !hasErrors(findings),
    exitCode: exitCodeOf(findings, context.strict),
    reason: reasonOf(findings),
    kind: (textAt(certificate, 'primary_metric', 'kind') ?? '').trim().toLowerCase(),
    ratio_vs_baseline: numberAt(certificate, 'primary_metric', 'ratio_vs_baseline') ?? null,
    ci: shownInterval(certificate),
    recompute: recomputeOutcome(context, recomputed),
    gates: gateFlags(certificate),
    findings,
  };
}

/** Codes that stop a strict run with exit code 3: digests, and values that disagree (spec 04 §4.1.10). */
const TYPED: ReadonlySet<string> = new Set(['E001', 'E002', 'E003', 'E004', 'E006', 'E602', 'V522', 'V523']);

const UNREADABLE: ReadonlySet<string> = new Set(['E601', 'V501', 'V502', 'V503']);

/** In the unit of the ratio: of an accuracy, whose shown interval is in percentage points, the proportions. */
function shownInterval(certificate: unknown): VerifyResult['ci'] {
  const proportions = isAccuracyKind(textAt(certificate, 'primary_metric', 'kind') ?? '')
    ? intervalAt(certificate, 'primary_metric', 'ci')
    : undefined;
  return proportions ?? intervalAt(certificate, 'primary_metric', 'display_ci') ?? null;
}

function exitCodeOf(findings: readonly Finding[], strict: boolean): 0 | 1 | 2 | 3 {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return 0;
  if (strict && errors.some(({ code }) => TYPED.has(code))) return 3;
  return errors.some(isMalformed) ? 2 : 1;
}

function reasonOf(findings: readonly Finding[]): VerifyResult['reason'] {
  if (!hasErrors(findings)) return 'ok';
  return findings.some((finding) => finding.severity === 'error' && isMalformed(finding))
    ? 'malformed'
    : 'policy_fail';
}

/** A document that cannot be understood, and a metric whose ratio is not there, are malformed (spec 04 §4.1.10). */
function isMalformed({ code, pointer }: Finding): boolean {
  return UNREADABLE.has(code) || (code === 'V510' && pointer === '/primary_metric/ratio_vs_baseline');
}

function asError(finding: Finding): Finding {
  return finding.code === 'V502' ? { ...finding, severity: 'error' } : finding;
}

function placed(finding: Finding, root: JsonNode, file: string): Finding {
  // A finding about the baseline file has no place in the certificate.
  if (finding.code === 'V523' || finding.pointer === undefined) return { ...finding, file };
  return { ...finding, file, range: rangeAt(root, finding.pointer) };
}
