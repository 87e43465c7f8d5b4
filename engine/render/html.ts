import type { CertificateView, FactRow, FindingRow, GateRow } from './certificate-view.ts';
import { escapeHtml } from './escape-html.ts';
import { intervalFigure } from './html-interval.ts';
import { facts, htmlPage, type PageOptions, section, table } from './html-page.ts';
import { htmlWorstWindows } from './html-worst-windows.ts';
import { statusText } from './status-text.ts';

/**
 * The certificate as one page that needs no other file. Every text goes through `escapeHtml`, and the page forbids
 * scripts and requests, so a hostile model name stays a name (spec 04 CQ-42).
 */
export function renderHtml(view: CertificateView, options: PageOptions = {}): string {
  const title = `InvarLock certificate: ${view.verdict}`;
  return htmlPage(
    title,
    'InvarLock Evaluation Certificate',
    [
      verdict(view),
      section('Findings', findings(view.findings)),
      section('Quality Gates', gateTable(view.gates)),
      section('Primary Metric', metric(view)),
      ...(view.divergence.length === 0
        ? []
        : [section('Divergence from the Baseline', facts(view.divergence))]),
      section('Guards', guardTable(view.guards)),
      section('Worst Windows', htmlWorstWindows(view.worstWindows)),
      section('What was certified', facts(view.facts)),
      ...view.details.map(({ title: name, rows }) => section(name, facts(rows))),
      section('Certificate Integrity', facts(view.provenance)),
    ],
    options,
  );
}

function verdict(view: CertificateView): string {
  const confidence = view.confidence
    ? `<p class="quiet">Confidence: ${escapeHtml(view.confidence.label)} (${escapeHtml(view.confidence.explanation)})</p>`
    : '';
  const name = view.verdict === 'PASS' ? 'pass' : 'fail';
  return `<div class="verdict ${name}"><strong>${view.verdict}</strong><p>${escapeHtml(view.headline)}</p>${confidence}</div>`;
}

function gateTable(gates: readonly GateRow[]): string {
  return table(
    ['Gate', 'Status', 'Measured', 'Threshold', 'Basis', 'Description'],
    gates.map((gate) => [
      escapeHtml(gate.title),
      badge(gate.status, statusText[gate.status]),
      ...[gate.measured, gate.threshold, gate.basis, gate.meaning].map(escapeHtml),
    ]),
  );
}

function guardTable(guards: readonly GateRow[]): string {
  const rows = guards.map((guard) => [
    escapeHtml(guard.title),
    badge(guard.status, statusText[guard.status]),
    escapeHtml(guard.meaning),
  ]);
  return table(['Guard', 'Status', 'Description'], rows);
}

function findings(rows: readonly FindingRow[]): string {
  if (rows.length === 0) return '';
  return table(
    ['Severity', 'Code', 'Message', 'Place'],
    rows.map(({ severity, code, message, pointer }) => [
      badge(severity, severity),
      escapeHtml(code),
      escapeHtml(message),
      `<code>${escapeHtml(pointer)}</code>`,
    ]),
  );
}

function metric({ metric: values }: CertificateView): string {
  const number = (value: number | null) => (value === null ? 'N/A' : value.toFixed(4));
  const interval = values.interval
    ? values.interval.map((bound) => bound.toFixed(4)).join(' to ')
    : 'none: no paired windows';
  const rows: FactRow[] = [
    { label: 'Kind', value: values.kind },
    { label: 'Preview', value: number(values.preview) },
    { label: 'Final', value: number(values.final) },
    { label: 'Baseline', value: number(values.baseline) },
    ...(values.accuracy.length > 0
      ? values.accuracy
      : [
          { label: 'Ratio vs Baseline', value: number(values.ratio) },
          { label: 'Interval of the ratio', value: interval },
        ]),
    ...(values.noiseFloor === null ? [] : [{ label: 'Noise floor', value: values.noiseFloor }]),
  ];
  return `${intervalFigure(values)}${facts(rows)}`;
}

function badge(kind: GateRow['status'] | FindingRow['severity'], text: string): string {
  return `<span class="badge ${kind}">${escapeHtml(text)}</span>`;
}
