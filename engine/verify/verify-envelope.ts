import { codes } from '../codes/index.ts';
import type { Finding } from '../core/findings.ts';
import { canonicalJson, PythonFloat } from '../core/python-json.ts';
import type { VerifyResult } from './verify-result.ts';

/**
 * The `verify-v1` envelope: one line, keys sorted, ASCII (spec 04 §4.1.10). Beside the reference's fields every result
 * has its own verdict, its findings and its gates (CQ-22).
 *
 * @example context.terminal.out(verifyEnvelope(results, { now: clock.now() }))
 */
export function verifyEnvelope(results: readonly VerifyResult[], options: { readonly now: Date }): string {
  const failed = results.filter(({ ok }) => !ok);
  const reason = failed.some((result) => result.reason === 'malformed')
    ? 'malformed'
    : failed.length > 0
      ? 'policy_fail'
      : 'ok';
  const exitCode = Math.max(0, ...results.map((result) => result.exitCode));
  const stopped = failed.find((result) => result.exitCode === exitCode && exitCode >= 2);
  const envelope = {
    format_version: 'verify-v1',
    component: 'cli',
    ts: options.now.toISOString(),
    summary: { ok: failed.length === 0, reason },
    certificate: { count: results.length },
    results: results.map(resultEntry),
    resolution: { exit_code: exitCode },
    ...(stopped ? { error: errorEntry(stopped) } : {}),
  };
  return canonicalJson(envelope, 'A');
}

function resultEntry(result: VerifyResult) {
  return {
    id: result.file,
    schema_version: 'v1',
    kind: result.kind,
    ok: result.ok,
    reason: result.reason,
    exit_code: result.exitCode,
    ratio_vs_baseline: result.ratio_vs_baseline === null ? null : new PythonFloat(result.ratio_vs_baseline),
    ci: result.ci === null ? null : result.ci.map((bound) => new PythonFloat(bound)),
    recompute: result.recompute,
    gates: result.gates,
    findings: result.findings.map(findingEntry),
  };
}

function findingEntry(finding: Finding) {
  return {
    code: finding.code,
    severity: finding.severity,
    path: finding.pointer ?? '',
    message: finding.message,
    // A document may hold what canonical JSON has no spelling for; null then stands for it.
    expected: jsonSafe(finding.expected),
    actual: jsonSafe(finding.actual),
  };
}

/** The finding that decided the exit code, in the form of the reference's raised errors. */
function errorEntry(result: VerifyResult) {
  const finding = result.findings.find(
    ({ severity, code }) => severity === 'error' && (result.exitCode === 2 || code !== 'V521'),
  );
  const code = finding?.code ?? 'E601';
  return {
    code,
    category: codes[code].token,
    recoverable: false,
    context: { file: result.file, message: finding?.message ?? '' },
  };
}

function jsonSafe(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null');
}
