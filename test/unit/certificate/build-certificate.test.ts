import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { schemaErrors, volatilePointers } from '../../../engine/certificate/certificate-schema.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import type { RunReport } from '../../../engine/report/run-report.ts';
import { type FixtureOptions, makeReports, type ReportPair } from '../../fixtures/run-report.ts';

const referenceSchema = JSON.parse(
  readFileSync(new URL('../../golden/evidence/certificate.schema.reference.json', import.meta.url), 'utf8'),
);
const acceptsReference = new Ajv2020({ strictTypes: false }).compile(referenceSchema);

function build(pair: ReportPair, generatedAt = new Date(2025, 10, 2, 12)) {
  return buildCertificate({ ...pair, generatedAt, environment: { node: '24.0.0' }, toolVersion: '0.1.0' });
}

function certificateOf(options: FixtureOptions = {}) {
  const { value, findings } = build(makeReports(options));
  expect(findings).toEqual([]);
  return value!;
}

function withMetrics(report: RunReport, metrics: Partial<RunReport['metrics']>): RunReport {
  return { ...report, metrics: { ...report.metrics, ...metrics } };
}

test.each<[string, FixtureOptions]>([
  ['a small difference', {}],
  ['unequal weights', { unequalWeights: true }],
  ['a difference above the limit', { shift: 0.2 }],
  ['the conservative tier', { tier: 'conservative', windows: 220, replicates: 1500 }],
])('%s conforms to our schema and to the reference’s', (_name, options) => {
  const certificate = JSON.parse(writeJson(certificateOf(options)));
  expect(schemaErrors(certificate)).toEqual([]);
  acceptsReference(certificate);
  expect(acceptsReference.errors).toBeNull();
});

test('the gates that were evaluated have flags, and the guards have none', () => {
  expect(certificateOf().validation).toEqual({
    primary_metric_acceptable: true,
    preview_final_drift_acceptable: true,
    primary_metric_tail_acceptable: true,
  });
  const { invariants, spectral, rmt, variance, guard_overhead } = certificateOf();
  for (const guard of [invariants, spectral, rmt, variance, guard_overhead]) {
    expect(guard).toMatchObject({ evaluated: false, status: 'not_evaluated' });
  }
});

test.each<[string, FixtureOptions, Record<string, boolean>]>([
  ['above the limit', { shift: 0.2 }, { primary_metric_acceptable: false }],
  ['drifting', { drift: 0.1 }, { preview_final_drift_acceptable: false, primary_metric_acceptable: true }],
  [
    'within the hysteresis',
    { shift: Math.log(1.1005) },
    { hysteresis_applied: true, primary_metric_acceptable: true },
  ],
])('a subject %s', (_name, options, flags) => {
  expect(certificateOf(options).validation).toMatchObject(flags);
});

test('ratio, interval and confidence come from the paired windows', () => {
  const { primary_metric: metric, baseline_ref: baseline, confidence } = certificateOf({ shift: 0.02 });
  expect(metric.ratio_vs_baseline).toBe(metric.final! / baseline.primary_metric.final!);
  expect(metric.ratio_vs_baseline).toBeCloseTo(Math.exp(0.02), 2);
  const [low, high] = metric.display_ci!;
  expect(low).toBeLessThan(metric.ratio_vs_baseline!);
  expect(high).toBeGreaterThan(metric.ratio_vs_baseline!);
  expect(metric.ci!.map(Math.exp)).toEqual([low, high]);
  expect(metric).toMatchObject({ pairing: 'paired_baseline', paired_baseline_windows: 200 });
  expect(confidence).toMatchObject({ label: 'High', width: high - low });
});

test('without common windows there is no interval and the confidence is low', () => {
  const pair = makeReports();
  const { final } = pair.baseline.evaluation_windows;
  const shifted = { ...final, window_ids: final.window_ids.map((id) => id + 1000) };
  const baseline = {
    ...pair.baseline,
    evaluation_windows: { ...pair.baseline.evaluation_windows, final: shifted },
  };
  const { primary_metric: metric, confidence } = build({ ...pair, baseline }).value!;
  expect(metric).toMatchObject({ pairing: 'none', paired_baseline_windows: 0 });
  expect('ci' in metric || 'display_ci' in metric).toBe(false);
  expect(confidence).toMatchObject({ label: 'Low', threshold: 0.03 });
  expect('width' in confidence).toBe(false);
});

test('a loss that is not finite gives null with a reason, never a number', () => {
  const pair = makeReports();
  const { final } = pair.subject.evaluation_windows;
  const broken = { ...final, logloss: final.logloss.map((loss, index) => (index === 3 ? null : loss)) };
  const subject = {
    ...pair.subject,
    evaluation_windows: { ...pair.subject.evaluation_windows, final: broken },
  };
  const { value, findings } = build({ ...pair, subject });
  expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['E111 warning']);
  expect(value!.primary_metric).toMatchObject({
    final: null,
    ratio_vs_baseline: null,
    invalid: true,
    degraded_reason: 'non_finite_pm',
  });
  expect(value!.validation.primary_metric_acceptable).toBe(false);
  expect(schemaErrors(JSON.parse(writeJson(value)))).toEqual([]);
});

test('two builds differ in volatile fields only, and have the same digest', () => {
  const pair = makeReports();
  const later = {
    ...pair,
    subject: {
      ...pair.subject,
      meta: { ...pair.subject.meta, ts: '2026-01-01T00:00:00.000', env_flags: { node: '26' } },
    },
  };
  const first = build(pair).value!;
  const second = build(later, new Date(2026, 0, 1)).value!;
  expect(writeJson(first)).not.toBe(writeJson(second));
  expect(second.integrity).toEqual(first.integrity);
  expect(stripped(second)).toEqual(stripped(first));
});

function stripped(certificate: unknown): unknown {
  const copy = structuredClone(certificate) as Record<string, unknown>;
  for (const pointer of volatilePointers) {
    const path = pointer.slice(1).split('/');
    const parent = path
      .slice(0, -1)
      .reduce<Record<string, unknown> | undefined>(
        (value, key) => value?.[key] as Record<string, unknown> | undefined,
        copy,
      );
    delete parent?.[path.at(-1)!];
  }
  return copy;
}

test.each<[string, (pair: ReportPair) => ReportPair, string[]]>([
  [
    'an invalid report',
    (pair) => ({ ...pair, subject: { ...pair.subject, guards: {} as never } }),
    ['V530 error'],
  ],
  [
    'another metric kind',
    (pair) => ({
      ...pair,
      subject: withMetrics(pair.subject, {
        primary_metric: { ...pair.subject.metrics.primary_metric, kind: 'accuracy' },
      }),
    }),
    ['V530 error'],
  ],
])('%s is not certified', (_name, change, expected) => {
  const { value, findings } = build(change(makeReports()));
  expect(value).toBeUndefined();
  expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(expected);
});

test.each<[string, string, FixtureOptions, Partial<RunReport['metrics']>]>([
  ['windows that do not pair', 'E001', {}, { window_pairing_reason: 'final_missing_ids:[3]' }],
  ['windows that match in part', 'E001', {}, { window_match_fraction: 0.99 }],
  ['overlapping windows', 'E001', {}, { window_overlap_fraction: 0.5 }],
  ['too few windows', 'E005', { windows: 100, tokensPerWindow: 512 }, {}],
])('%s: a warning under dev, an error under ci', (_name, code, options, metrics) => {
  for (const [profile, severity] of [
    ['dev', 'warning'],
    ['ci', 'error'],
  ] as const) {
    const pair = makeReports({ ...options, profile });
    const { value, findings } = build({ ...pair, subject: withMetrics(pair.subject, metrics) });
    expect(new Set(findings.map((finding) => `${finding.code} ${finding.severity}`))).toEqual(
      new Set([`${code} ${severity}`]),
    );
    expect(value === undefined).toBe(severity === 'error');
  }
});
