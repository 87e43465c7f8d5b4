import type { CertificateView, DetailSection, FactRow, GateRow, GateStatus } from './certificate-view.ts';
import { printable } from './console-lines.ts';
import { markdownWorstWindows } from './markdown-worst-windows.ts';
import { statusText } from './status-text.ts';

const MARKS: Readonly<Record<GateStatus, string>> = {
  pass: '✅',
  fail: '❌',
  warn: '⚠️',
  info: '🛈',
  not_evaluated: '➖',
};

/**
 * The certificate as Markdown, with the headings of spec 04 §7.2. Everything from the certificate is escaped: a model
 * name cannot make a heading, a link or HTML.
 */
export function renderMarkdown(view: CertificateView): string {
  const parts = [
    '# InvarLock Evaluation Certificate',
    'Every number here is in `evaluation.cert.json`, with the window losses it comes from. Check it with `invarlock verify`.',
    '## Executive Summary',
    `**Overall Status:** ${view.verdict === 'PASS' ? '✅ PASS' : '❌ FAIL'}`,
    escapeMarkdown(view.headline),
    ...(view.confidence
      ? [`**Confidence:** ${escapeMarkdown(`${view.confidence.label} (${view.confidence.explanation})`)}`]
      : []),
    factTable(view.facts),
    '## Safety Dashboard',
    dashboard(view),
    '## Contents',
    CONTENTS.map((title) => `- [${title}](#${title.toLowerCase().replaceAll(' ', '-')})`).join('\n'),
    '## Quality Gates',
    table(['Gate', 'Status', 'Measured', 'Threshold', 'Basis', 'Description'], view.gates.map(gateCells)),
    '## Safety Check Details',
    table(
      ['Check', 'Status', 'Description'],
      view.guards.map((guard) => [guard.title, status(guard), guard.meaning]),
    ),
    ...findings(view),
    '## Primary Metric',
    metricTable(view),
    ...(view.divergence.length === 0 ? [] : ['## Divergence from the Baseline', factTable(view.divergence)]),
    ...markdownWorstWindows(view.worstWindows, { escape: escapeMarkdown, table }),
    '## Guard Observability',
    ...guardSections(view),
    ...sections(view, [
      'Weight Changes',
      'Model Information',
      'Auto-Tuning Configuration',
      'Dataset and Provenance',
      'System Overhead',
      'Structural Changes',
      'Policy Configuration',
    ]),
    '## Appendix',
    '### Variance Guard',
    guardLine(view, 'variance'),
    ...section(
      view.details.find(({ title }) => title === 'Artifacts'),
      '###',
    ),
    '## Certificate Integrity',
    factTable(view.provenance),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const CONTENTS = [
  'Safety Dashboard',
  'Quality Gates',
  'Safety Check Details',
  'Primary Metric',
  'Guard Observability',
  'Model Information',
  'Dataset and Provenance',
  'Policy Configuration',
  'Appendix',
  'Certificate Integrity',
] as const;

function dashboard(view: CertificateView): string {
  const overall = [
    ['Overall', view.verdict === 'PASS' ? '✅ PASS' : '❌ FAIL', 'All gates that were evaluated'],
  ];
  const rows = [...view.gates, ...view.guards].map((row) => [
    row.title,
    status(row),
    [row.measured, row.threshold].filter(Boolean).join(', ') || row.meaning,
  ]);
  return table(['Check', 'Status', 'Quick Summary'], [...overall, ...rows]);
}

function findings({ findings }: CertificateView): string[] {
  if (findings.length === 0) return [];
  const rows = findings.map(({ severity, code, message, pointer }) => [severity, code, message, pointer]);
  return ['### Findings', table(['Severity', 'Code', 'Message', 'Place'], rows)];
}

function metricTable({ metric }: CertificateView): string {
  const shown = (value: number | null, digits: number) => (value === null ? 'N/A' : value.toFixed(digits));
  const interval = metric.interval
    ? metric.interval.map((bound) => bound.toFixed(4)).join(' to ')
    : 'none: no paired windows';
  return table(
    ['Metric', 'Value'],
    [
      ['Kind', metric.kind],
      ['Unit', metric.unit],
      ['Preview', shown(metric.preview, 4)],
      ['Final', shown(metric.final, 4)],
      ['Baseline', shown(metric.baseline, 4)],
      ...(metric.accuracy.length > 0
        ? metric.accuracy.map(({ label, value }) => [label, value])
        : [
            ['Ratio vs Baseline', shown(metric.ratio, 4)],
            ['Interval of the ratio', interval],
          ]),
      ...(metric.noiseFloor === null ? [] : [['Noise floor', metric.noiseFloor]]),
      ...(metric.accuracy.length > 0
        ? []
        : [['Limit', metric.limit === null ? '' : metric.limit.toFixed(2)]]),
    ],
  );
}

function guardSections(view: CertificateView): string[] {
  const overhead = [...view.gates, ...view.guards].find(({ name }) => name === 'guard_overhead_acceptable');
  return [
    '### Spectral Guard Summary',
    guardLine(view, 'spectral'),
    '### RMT Guard',
    guardLine(view, 'rmt'),
    '### Guard Overhead',
    overhead
      ? `${status(overhead)} ${escapeMarkdown([overhead.measured, overhead.threshold, overhead.meaning].filter(Boolean).join(', '))}`
      : 'Not recorded.',
  ];
}

function guardLine({ guards }: CertificateView, name: string): string {
  const guard = guards.find((row) => row.name === name);
  return guard ? `${status(guard)} ${escapeMarkdown(guard.meaning)}` : 'Not recorded.';
}

function sections(view: CertificateView, titles: readonly string[]): string[] {
  return titles.flatMap((title) =>
    section(
      view.details.find((detail) => detail.title === title),
      '##',
    ),
  );
}

function section(detail: DetailSection | undefined, marks: '##' | '###'): string[] {
  return detail ? [`${marks} ${detail.title}`, factTable(detail.rows)] : [];
}

function gateCells(gate: GateRow): string[] {
  return [gate.title, status(gate), gate.measured, gate.threshold, gate.basis, gate.meaning];
}

function status({ status: name }: Pick<GateRow, 'status'>): string {
  return `${MARKS[name]} ${statusText[name]}`;
}

export function factTable(rows: readonly FactRow[]): string {
  return table(
    ['Fact', 'Value'],
    rows.map(({ label, value }) => [label, value]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map((cells) => line(cells.map(escapeMarkdown))),
  ].join('\n');
}

/** Text as itself: no markup, no table cell, no HTML, no second line. */
export function escapeMarkdown(text: string): string {
  return printable(text.replaceAll(/\s+/gu, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|!~#]/gu, '\\$&');
}
