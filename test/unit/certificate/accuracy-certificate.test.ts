import { describe, expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { schemaErrors } from '../../../engine/certificate/certificate-schema.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { explainCertificate } from '../../../engine/explain/explain-certificate.ts';
import { certificateView } from '../../../engine/render/certificate-view.ts';
import type { RunReport } from '../../../engine/report/run-report.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { type Answers, accuracyReports } from '../../fixtures/accuracy-reports.ts';
import { type Changes, forge } from '../../fixtures/forge-certificate.ts';
import type { ReportPair } from '../../fixtures/run-report.ts';

/** 400 answers, of which those at the given places are of another letter. */
function answers(letter: string, places: readonly number[] = []): string {
  return Array.from({ length: 400 }, (_, at) =>
    places.includes(at) ? letter : at % 5 === 0 ? 'w' : 'r',
  ).join('');
}

const arm = (final: string): Answers => ({ preview: answers('w'), final });
const same = arm(answers('w'));

function build(pair: ReportPair) {
  const generatedAt = new Date(2025, 10, 2, 12);
  return buildCertificate({ ...pair, generatedAt, environment: {}, toolVersion: '0.1.0' });
}

function certificateOf(subject: Answers, baseline = same) {
  const { value, findings } = build(accuracyReports(baseline, subject));
  expect(findings).toEqual([]);
  return value!;
}

const codesOf = (text: string) =>
  verifyCertificate(text, { profile: 'dev' }).findings.map(({ code, pointer }) => `${code} ${pointer}`);

describe('the gate', () => {
  test.each<[string, Answers, object, string[]]>([
    ['the same answers pass', same, { delta_pp: 0, gating_basis: 'lower' }, []],
    ['one lost answer of 400 is within the limit', arm(answers('w', [1])), { delta_pp: -0.25 }, []],
    [
      'but its interval may not be',
      arm(answers('w', [1, 2, 3])),
      { delta_pp: -0.75, mcnemar: { lost: 3, gained: 0, p_value: expect.closeTo(0.25, 12) } },
      ['the lower bound of the interval is below -1.1 percentage points'],
    ],
    [
      'six lost answers fail',
      arm(answers('w', [1, 2, 3, 4, 6, 7])),
      { delta_pp: -1.5, mcnemar: { lost: 6, gained: 0, p_value: expect.closeTo(0.03125, 12) } },
      [
        'the accuracy fell by more than 1.1 percentage points',
        'the lower bound of the interval is below -1.1 percentage points',
      ],
    ],
    ['a tie is a lost answer', arm(answers('t', [1])), { delta_pp: -0.25, mcnemar: { lost: 1 } }, []],
    ['gained answers pass', arm(answers('r', [0, 5, 10])), { delta_pp: 0.75 }, []],
  ])('%s', (_, subject, metric, reasons) => {
    const certificate = certificateOf(subject);
    expect(certificate.primary_metric).toMatchObject({ kind: 'accuracy', ...metric });
    expect(certificate.gate_decisions.primary_metric_acceptable).toMatchObject({ reasons });
    expect(certificate.validation.primary_metric_acceptable).toBe(reasons.length === 0);
    expect(certificate.validation).not.toHaveProperty('primary_metric_tail_acceptable');
    expect(schemaErrors(JSON.parse(writeJson(certificate)))).toEqual([]);
    const failed = reasons.length === 0 ? [] : ['V521 /validation/primary_metric_acceptable'];
    expect(codesOf(writeJson(certificate))).toEqual(failed);
  });

  test('too few examples', () => {
    const few = (letters: string) => ({ preview: letters.slice(0, 40), final: letters.slice(0, 40) });
    const { value } = build(accuracyReports(few(answers('w')), few(answers('w'))));
    const floor = '40 examples were evaluated, fewer than the floor of 200';
    expect(value?.gate_decisions.primary_metric_acceptable).toMatchObject({ reasons: [floor] });
    expect(value?.confidence).toMatchObject({ label: 'Low', unstable: true, basis: 'accuracy' });
  });
});

test('an answer that nobody knows makes the accuracy unusable, not smaller', () => {
  const { value, findings } = build(accuracyReports(same, arm(answers('?', [1]))));
  expect(findings).toMatchObject([{ code: 'E111', severity: 'warning' }]);
  expect(value?.primary_metric).toMatchObject({ final: null, delta_pp: null, invalid: true });
  expect(value?.validation.primary_metric_acceptable).toBe(false);
});

test('the verdict’s confidence is in points', () => {
  const { confidence } = certificateOf(arm(answers('w', [1])));
  expect(confidence).toMatchObject({ label: 'High', threshold: 1, width: expect.any(Number) });
});

const records = (report: RunReport) => report.evaluation_windows.final.examples!;

function withRecords(report: RunReport, examples: unknown): RunReport {
  const { preview, final } = report.evaluation_windows;
  return { ...report, evaluation_windows: { preview, final: { ...final, examples } } } as RunReport;
}

test('other questions are not compared', () => {
  const { baseline, subject } = accuracyReports(same, same);
  const other = records(subject).with(7, { ...records(subject)[7]!, digest: 'another' });
  const { value, findings } = build({ baseline, subject: withRecords(subject, other) });
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code: 'E001', pointer: '/evaluation_windows/final/examples' }]);
});

test('an accuracy without answers is nobody’s measurement', () => {
  const { baseline, subject } = accuracyReports(same, same);
  const { findings } = build({ baseline, subject: withRecords(subject, undefined) });
  expect(findings).toMatchObject([{ code: 'V530', message: expect.stringContaining('was not measured') }]);
});

describe('verify decides again', () => {
  const certificate = certificateOf(arm(answers('w', [1])));
  test.each<[string, Changes, string]>([
    ['the difference', { '/primary_metric/delta_pp': 0 }, 'E602 /primary_metric/delta_pp'],
    ['the share', { '/primary_metric/final': 0.9 }, 'E602 /primary_metric/final'],
    ['what changed', { '/primary_metric/mcnemar/lost': 0 }, 'E602 /primary_metric/mcnemar/lost'],
    ['the counts', { '/metrics/classification/n_correct': 1 }, 'E602 /metrics/classification/n_correct'],
    ['how many there are', { '/primary_metric/n_final': 4000 }, 'E602 /primary_metric/n_final'],
    ['the interval', { '/primary_metric/display_ci': [0, 0] }, 'E602 /primary_metric/display_ci'],
    ['answers of the preview', { '/evaluation_windows/preview/examples': [] }, 'E004 /evaluation_windows'],
  ])('%s', (_, changes, expected) => {
    expect(codesOf(forge(certificate, changes))).toContain(expected);
  });
});

test('an explanation and a view speak of points, never of a ratio', () => {
  const certificate = JSON.parse(writeJson(certificateOf(arm(answers('w', [1, 2, 3, 4, 6, 7])))));
  const [metric] = explainCertificate(certificate)!.gates;
  expect(metric).toMatchObject({ status: 'fail', value: expect.stringMatching(/^-1\.50 pp \(interval/) });
  expect(metric?.why.join(' ')).toContain('6 were right before and are wrong now');
  expect(metric?.advice.join(' ')).toContain('aggressive (-2.00 pp)');
  const { headline, metric: shown } = certificateView(certificate);
  expect(headline).toMatch(
    /answers 78\.5 % right and tiny-gpt2 80\.0 %: -1\.50 pp .* the limit is -1\.00 pp\./,
  );
  expect([shown.ratio, shown.interval, shown.limit]).toEqual([null, null, null]);
  expect(shown.accuracy.map(({ label }) => label)).toContain('Right before, wrong now');
});
