import { recordedLimits } from '../certificate/recorded-policy.ts';
import { type DiagnosticCode, docsUrl } from '../codes/index.ts';
import type { Finding, Severity, TextRange } from '../core/findings.ts';
import { intervalAt, isObject, numberAt, textAt, valueAt } from '../core/json-access.ts';
import { isAccuracyKind } from '../metrics/metric-kinds.ts';
import { accuracyHeadline, accuracyRows } from './accuracy-rows.ts';
import { detailSections } from './certificate-view-details.ts';
import { factRows, provenanceRows } from './certificate-view-facts.ts';
import { gateRows, guardRows } from './certificate-view-gates.ts';
import { type WorstWindowsView, worstWindowsView } from './certificate-view-worst-windows.ts';
import { divergenceRows } from './divergence-rows.ts';
import { noiseFloorText } from './noise-floor-text.ts';
import { reasonsBesideRatio } from './recorded-reasons.ts';

export type GateStatus = 'pass' | 'fail' | 'warn' | 'info' | 'not_evaluated';

/** One gate or guard, ready to show. */
export interface GateRow {
  /** The flag in the certificate's `validation` block, or the guard's name. */
  readonly name: string;
  readonly title: string;
  readonly status: GateStatus;
  readonly measured: string;
  readonly threshold: string;
  readonly basis: string;
  readonly meaning: string;
}

export interface FactRow {
  readonly label: string;
  readonly value: string;
}

/** Facts under one heading, for the long forms. */
export interface DetailSection {
  readonly title: string;
  readonly rows: readonly FactRow[];
}

export interface FindingRow {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly pointer: string;
  readonly range: TextRange | null;
  readonly docsUrl: string;
}

export interface MetricView {
  readonly kind: string;
  readonly unit: string;
  readonly preview: number | null;
  readonly final: number | null;
  readonly baseline: number | null;
  /** Null for kinds that are not compared by a ratio, as its interval is. */
  readonly ratio: number | null;
  /** Of the ratio against the baseline; null when there are no pairs. */
  readonly interval: readonly [number, number] | null;
  /** Largest acceptable ratio, before hysteresis; null for kinds that are not gated by a ratio. */
  readonly limit: number | null;
  readonly invalidReason: string | null;
  /** Of accuracy, which is not compared by a ratio: what stands in its place. */
  readonly accuracy: readonly FactRow[];
  /** How much of the result is noise, in one sentence; null when nobody asked. */
  readonly noiseFloor: string | null;
}

/** A certificate as console, Markdown, HTML and the editor show it: plain data, nothing escaped, nothing to compute. */
export interface CertificateView {
  readonly verdict: 'PASS' | 'FAIL';
  readonly headline: string;
  readonly confidence: { readonly label: string; readonly explanation: string } | null;
  readonly metric: MetricView;
  readonly gates: readonly GateRow[];
  readonly guards: readonly GateRow[];
  readonly facts: readonly FactRow[];
  readonly findings: readonly FindingRow[];
  readonly provenance: readonly FactRow[];
  readonly details: readonly DetailSection[];
  /** How far the subject's predictions moved from the baseline's; empty when nobody asked. */
  readonly divergence: readonly FactRow[];
  /** Null when the certificate keeps none. */
  readonly worstWindows: WorstWindowsView | null;
}

/**
 * Builds the view of a parsed certificate, and of what `verify` found about it. Any document gives a view; what is
 * not there is shown as not there.
 *
 * @example certificateView(certificate, { findings: verifyCertificate(text, { profile: 'dev' }).findings }).verdict
 */
export function certificateView(
  certificate: unknown,
  options: { readonly findings?: readonly Finding[] } = {},
): CertificateView {
  const findings = options.findings ?? [];
  const metric = metricView(certificate);
  const gates = gateRows(certificate);
  const verdict =
    gatesPass(certificate, gates) && !findings.some(({ severity }) => severity === 'error') ? 'PASS' : 'FAIL';
  return {
    verdict,
    headline: headline(certificate, metric),
    confidence: confidence(certificate),
    metric,
    gates,
    guards: guardRows(certificate),
    facts: factRows(certificate),
    findings: findings.map(findingRow),
    provenance: provenanceRows(certificate),
    details: detailSections(certificate),
    divergence: divergenceRows(certificate),
    worstWindows: worstWindowsView(certificate),
  };
}

/** The two gates that every certificate has must be recorded as passed, and none may have failed (spec 04 §7.1). */
function gatesPass(certificate: unknown, gates: readonly GateRow[]): boolean {
  const needed = ['primary_metric_acceptable', 'preview_final_drift_acceptable'];
  if (needed.some((flag) => valueAt(certificate, 'validation', flag) !== true)) return false;
  return [...gates, ...guardRows(certificate)].every(({ status }) => status !== 'fail');
}

function metricView(certificate: unknown): MetricView {
  const number = (key: string) => numberAt(certificate, 'primary_metric', key) ?? null;
  const kind = textAt(certificate, 'primary_metric', 'kind') ?? '';
  const invalid = valueAt(certificate, 'primary_metric', 'invalid') === true;
  const reason = textAt(certificate, 'primary_metric', 'degraded_reason');
  // The reference repeats a single value where it has no interval; only an interval of paired windows is one.
  const paired = intervalAt(certificate, 'primary_metric', 'ci') !== undefined;
  return {
    kind,
    unit: textAt(certificate, 'primary_metric', 'unit') ?? '',
    preview: number('preview'),
    final: number('final'),
    baseline: numberAt(certificate, 'baseline_ref', 'primary_metric', 'final') ?? null,
    ratio: isAccuracyKind(kind) ? null : number('ratio_vs_baseline'),
    interval:
      (paired && !isAccuracyKind(kind) && intervalAt(certificate, 'primary_metric', 'display_ci')) || null,
    limit: kind.startsWith('ppl') ? recordedLimits(certificate).ratioLimit : null,
    invalidReason: invalid ? (reason ?? 'no reason recorded') : null,
    accuracy: accuracyRows(certificate),
    noiseFloor: noiseFloorText(certificate),
  };
}

function headline(certificate: unknown, metric: MetricView): string {
  if (!isObject(certificate) || metric.kind === '') return 'This document holds no primary metric.';
  if (metric.invalidReason !== null)
    return `The primary metric could not be computed: ${metric.invalidReason}.`;
  const accuracy = accuracyHeadline(certificate);
  if (accuracy !== undefined) return accuracy;
  if (metric.ratio === null) return 'The primary metric has no comparison with the baseline.';
  const subject = textAt(certificate, 'meta', 'model_id') ?? 'the subject';
  const baseline = textAt(certificate, 'baseline_ref', 'model_id') ?? 'the baseline';
  if (!metric.kind.startsWith('ppl'))
    return `${metric.kind} of ${subject} is ${metric.ratio.toFixed(4)} against ${baseline}.`;
  const name = baseline === subject ? 'the baseline' : baseline;
  const interval = metric.interval
    ? ` (interval ${metric.interval.map((bound) => bound.toFixed(4)).join(' to ')})`
    : '';
  const limit = metric.limit === null ? '' : `; the limit is ${metric.limit.toFixed(2)}`;
  const sentence = `The perplexity of ${subject} is ${metric.ratio.toFixed(4)} times that of ${name}${interval}${limit}.`;
  const failed = valueAt(certificate, 'validation', 'primary_metric_acceptable') === false;
  const reasons = failed ? reasonsBesideRatio(certificate) : [];
  return reasons.length === 0 ? sentence : `${sentence} The gate failed: ${reasons.join('; ')}.`;
}

function confidence(certificate: unknown): CertificateView['confidence'] {
  const label = textAt(certificate, 'confidence', 'label');
  if (label === undefined) return null;
  const width = numberAt(certificate, 'confidence', 'width');
  const threshold = numberAt(certificate, 'confidence', 'threshold');
  const unit = isAccuracyKind(textAt(certificate, 'primary_metric', 'kind') ?? '') ? 'examples' : 'tokens';
  const parts: string[] = [];
  if (valueAt(certificate, 'validation', 'primary_metric_acceptable') !== true) {
    parts.push('the primary metric is not acceptable');
  }
  if (width === undefined) parts.push('there is no interval against the baseline');
  else
    parts.push(
      `the interval is ${width.toFixed(4)} wide${threshold === undefined ? '' : `; High needs at most ${threshold}`}`,
    );
  if (valueAt(certificate, 'confidence', 'unstable') === true) parts.push(`few ${unit} or replicates`);
  return { label, explanation: parts.join('; ') };
}

function findingRow(finding: Finding): FindingRow {
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    pointer: finding.pointer ?? '',
    range: finding.range ?? null,
    docsUrl: docsUrl(finding.code),
  };
}
