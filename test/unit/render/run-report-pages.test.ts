import { expect, test } from 'vitest';
import { renderReportHtml, renderReportMarkdown } from '../../../engine/render/run-report-pages.ts';
import { runReportView } from '../../../engine/render/run-report-view.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const { subject } = makeReports();
const HOSTILE = '<img src=x onerror=alert(1)>\n# h | x';

test('a report has the sections that its file fills', () => {
  expect(runReportView(subject).sections.map(({ title }) => title)).toEqual([
    'Primary Metric',
    'Model Information',
    'Evaluation Configuration',
    'Edit Details',
    'System Metrics',
    'Status',
  ]);
});

test('guards are listed with what they said', () => {
  const guards = [
    { name: 'spectral', passed: true, violations: [] },
    { name: 'rmt', passed: false, violations: [{}, {}] },
    { name: 'variance' },
    'nonsense',
  ];
  const section = runReportView({ guards }).sections.find(({ title }) => title === 'Guard Reports');
  expect(section?.rows).toEqual([
    { label: 'spectral', value: 'passed' },
    { label: 'rmt', value: 'failed, 2 violations' },
    { label: 'variance', value: 'ran' },
  ]);
});

test.each<[unknown, string]>([
  [subject, 'The ppl_causal of tiny-gpt2-int8 is 20.6087, 1.0203 times that of its baseline.'],
  [
    { metrics: { primary_metric: { kind: 'ppl_causal', final: null } } },
    'The ppl_causal of the model could not be computed.',
  ],
  [null, 'The primary metric of the model could not be computed.'],
])('the headline says the outcome', (report, expected) => {
  expect(runReportView(report).headline.replace(/\d+\.\d{4}/gu, '#')).toBe(
    expected.replace(/\d+\.\d{4}/gu, '#'),
  );
});

test('Markdown and HTML hold every value, and a hostile name makes no markup', () => {
  const view = runReportView({ ...subject, meta: { ...subject.meta, model_id: HOSTILE } });
  const [markdown, html] = [renderReportMarkdown(view), renderReportHtml(view)];
  expect(markdown).toContain('## Primary Metric');
  expect(markdown).toContain('| Preview windows | 200 |');
  expect(markdown).not.toMatch(/^# h|<img/mu);
  expect(html).toContain('<h2>Primary Metric</h2>');
  expect(html).toContain('&lt;img src=x');
  expect(html).not.toContain('<img');
});
