import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plainValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { type CertificateView, certificateView } from '../../../engine/render/certificate-view.ts';
import { renderMarkdown } from '../../../engine/render/markdown.ts';

const folder = new URL('../../golden/evidence/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

interface ConsoleRow {
  readonly label: string;
  readonly ok: boolean;
}

const consoleExpected: Record<string, { console_block: { rows: ConsoleRow[] } }> =
  read('console-expected.json');
const markdownExpected: Record<string, { headings: string[]; quality_gates: string[][] }> =
  read('markdown-expected.json');

/** The reference's certificates that are among the verify cases as it wrote them. */
const names = Object.keys(markdownExpected).filter((name) =>
  existsSync(new URL(`verify/asis_${name}.json`, folder)),
);

function viewOf(name: string): CertificateView {
  const root = readJson(readFileSync(new URL(`verify/asis_${name}.json`, folder), 'utf8'), {
    mode: 'lenient',
  }).value;
  return certificateView(plainValue(root!));
}

const LABELS: Readonly<Record<string, string>> = {
  Invariants: 'Invariants Pass',
  'Spectral Stability': 'Spectral Stable',
  'RMT Health': 'Rmt Stable',
};

test.each(names)('%s: gates and guards have the reference’s outcomes', (name) => {
  const view = viewOf(name);
  const rows = [...view.gates, ...view.guards];
  for (const { label, ok } of consoleExpected[name]!.console_block.rows) {
    const row = rows.find(({ title }) => (LABELS[title] ?? title) === label)!;
    // A guard that did not run counted as passed in the reference; here it is not evaluated (CQ-29).
    if (row.status === 'not_evaluated' && view.guards.includes(row)) expect(ok).toBe(true);
    else expect(row.status).toBe(ok ? 'pass' : 'fail');
  }
});

test.each(names)('%s: the gate rows of the Markdown are the reference’s', (name) => {
  const rows = cells(renderMarkdown(viewOf(name)), '## Quality Gates');
  // Beside the rows there may be a note about hysteresis; ours stands in the row.
  const expected = markdownExpected[name]!.quality_gates.filter((row) => row.length > 1);
  // The last column is free wording; a value that is not a number is shown as such, not as "nanx".
  expect(rows.map((row) => row.slice(0, 5))).toEqual(
    expected.map((row) => row.slice(0, 5).map((cell) => (cell.startsWith('nan') ? 'N/A' : cell))),
  );
});

test.each(names)('%s: the headings are the reference’s, in its order', (name) => {
  const headings = renderMarkdown(viewOf(name))
    .split('\n')
    .filter((line) => line.startsWith('#'));
  // Compression and inference diagnostics are not in this version.
  const expected = markdownExpected[name]!.headings.filter((heading) => !heading.endsWith(' Diagnostics'));
  expect(headings).toEqual(expect.arrayContaining(expected));
  expect(headings.filter((heading) => expected.includes(heading))).toEqual(expected);
});

test('the tail gate counts: a certificate that fails it is a FAIL', () => {
  const view = viewOf('causal_tail_fail_override');
  expect(view.verdict).toBe('FAIL');
  expect(view.gates.filter(({ status }) => status === 'fail').map(({ name }) => name)).toEqual([
    'primary_metric_tail_acceptable',
  ]);
});

test('limits are those of the resolved policy', () => {
  const root = readJson(readFileSync(new URL('verify/asis_causal_balanced_dev_pass.json', folder), 'utf8'), {
    mode: 'lenient',
  }).value;
  const certificate = plainValue(root!) as {
    resolved_policy: { metrics: { pm_ratio: { ratio_limit_base: number } } };
  };
  certificate.resolved_policy.metrics.pm_ratio.ratio_limit_base = 1.5;
  const { metric, gates } = certificateView(certificate);
  expect(metric.limit).toBe(1.5);
  expect(gates[0]?.threshold).toBe('≤ 1.50x');
});

test.each([null, [], 'text', {}, { primary_metric: 3 }, { validation: [] }])(
  '%j gives a view that fails',
  (document) => {
    expect(certificateView(document)).toMatchObject({
      verdict: 'FAIL',
      headline: 'This document holds no primary metric.',
    });
  },
);

/** The cells of the table under a heading, without its head. */
function cells(markdown: string, heading: string): string[][] {
  const lines = markdown
    .slice(markdown.indexOf(`${heading}\n`))
    .split('\n')
    .slice(1);
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.slice(2, -2).split(' | '));
}
