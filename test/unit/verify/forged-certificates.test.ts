import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { volatilePointers } from '../../../engine/certificate/certificate-schema.ts';
import type { Certificate } from '../../../engine/certificate/certificate-types.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { readBootstrap } from '../../../engine/verify/checks/recorded-windows.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { type Changes, changed, forge } from '../../fixtures/forge-certificate.ts';
import { type FixtureOptions, makeReports } from '../../fixtures/run-report.ts';

const inputs = { generatedAt: new Date(2025, 10, 2, 12), environment: {}, toolVersion: '0.1.0' };
const certificate = certificateOf();

function certificateOf(options: FixtureOptions = {}): Certificate {
  return buildCertificate({ ...makeReports(options), ...inputs }).value!;
}

/** Code and pointer of each finding with a severity. */
function found(text: string, severity = 'error'): string[] {
  const { findings } = verifyCertificate(text, { profile: 'dev' });
  return findings
    .filter((finding) => finding.severity === severity)
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

const { final } = certificate.evaluation_windows;
const MARKS: Changes = { '/integrity': undefined, '/gate_decisions': undefined };

test('a certificate without the windows of the baseline cannot claim another ratio', () => {
  const lower = certificate.baseline_ref.primary_metric.final! * 1.2;
  const text = forge(certificate, {
    '/evaluation_windows/baseline': undefined,
    '/baseline_ref/primary_metric/final': lower,
    '/primary_metric/ratio_vs_baseline': certificate.primary_metric.final! / lower,
    '/primary_metric/display_ci': [0.8, 0.9],
  });
  expect(found(text)).toEqual(['V520 /evaluation_windows/baseline']);
  const { recompute } = verifyCertificate(text, { profile: 'dev' });
  expect(recompute).toEqual({ family: 'ppl', ok: false, reason: 'skipped', scope: 'final_value' });
});

const arms = ['preview', 'final', 'baseline/final'];
const lists = ['window_ids', 'logloss', 'token_counts'];

test.each(arms.flatMap((arm) => lists.map((list) => [arm, list] as const)))(
  'one element less in %s/%s is an error',
  (arm, list) => {
    const pointer = `/evaluation_windows/${arm}`;
    const windows = arm === 'preview' ? certificate.evaluation_windows.preview : final;
    const short = windows[list as 'logloss'].slice(1);
    expect(found(forge(certificate, { [`${pointer}/${list}`]: short }))).toEqual([`E004 ${pointer}`]);
  },
);

test('windows without ids are an error', () => {
  const without = Object.fromEntries(arms.map((arm) => [`/evaluation_windows/${arm}/window_ids`, undefined]));
  expect(found(forge(certificate, without))).toEqual(arms.map((arm) => `E004 /evaluation_windows/${arm}`));
});

test('another kind of metric does not switch the computation off', () => {
  const text = forge(certificate, {
    '/primary_metric/kind': 'accuracy',
    '/baseline_ref/primary_metric/kind': 'accuracy',
    '/meta/model_profile/cert_lints': [],
  });
  expect(found(text)).toEqual(['E004 /evaluation_windows']);
  expect(verifyCertificate(text, { profile: 'dev' }).recompute?.ok ?? false).toBe(false);
});

test.each<[string, Changes, string[]]>([
  ['the digest', { '/integrity': undefined }, ['V522 /integrity']],
  [
    'digest and windows',
    { '/integrity': undefined, '/evaluation_windows': undefined },
    ['V522 /integrity', 'V520 /evaluation_windows'],
  ],
  [
    'all but the name of the engine',
    { ...MARKS, '/evaluation_windows': undefined, '/meta/env_flags': { engine: 'onnxruntime-node' } },
    ['V522 /integrity', 'V520 /evaluation_windows'],
  ],
  ['every mark: a foreign file', { ...MARKS, '/evaluation_windows': undefined }, []],
])('a certificate of ours without %s', (_name, changes, expected) => {
  expect(found(writeJson(changed(certificate, changes)))).toEqual(expected);
});

test('a foreign file with the windows of the final arm alone says how little was computed', () => {
  const text = writeJson(changed(certificate, { ...MARKS, '/evaluation_windows': { final } }));
  const { recompute } = verifyCertificate(text, { profile: 'dev' });
  expect(recompute).toEqual({ family: 'ppl', ok: true, reason: null, scope: 'final_value' });
  const whole = verifyCertificate(writeJson(certificate), { profile: 'dev' });
  expect(whole.recompute).toMatchObject({ ok: true, scope: 'everything' });
});

const decision = '/gate_decisions/primary_metric_acceptable';
const stats = '/dataset/windows/stats';

test.each<[pointer: string, value: unknown]>([
  [`${decision}/outcome`, 'fail'],
  [`${decision}/measured`, 1],
  [`${decision}/interval`, [1, 1.01]],
  [`${decision}/interval`, undefined],
  [`${decision}/limit/max`, 1.2],
  [`${decision}/basis`, 'point'],
  [`${decision}/reasons`, ['none']],
  ['/gate_decisions/primary_metric_tail_acceptable/measured', 0],
  ['/gate_decisions/preview_final_drift_acceptable', undefined],
  ['/gate_decisions/spectral_stable', { outcome: 'pass', measured: null, basis: 'guard', reasons: [] }],
  ['/confidence/label', 'Medium'],
  ['/confidence/basis', 'primary_metric'],
  ['/confidence/width', 0.001],
  ['/confidence/threshold', 0.05],
  ['/confidence/unstable', true],
  ['/validation/hysteresis_applied', true],
  ['/policies/metrics/pm_ratio/ratio_limit_base', 1.05],
  ['/auto/policy_digest', '0123456789abcdef'],
  ['/provenance/policy/policy_digest', '0123456789abcdef'],
  ['/policy_provenance/tier', 'conservative'],
  ['/policy_digest/tier_policy_name', 'conservative'],
  ['/policy_digest/hysteresis/ppl', 0],
  ['/policy_digest/min_effective', 1],
  ['/meta/policy_overrides', ['metrics.pm_ratio.min_tokens']],
  [`${stats}/paired_delta_summary/mean`, 0.5],
  [`${stats}/paired_delta_summary/std`, 0.5],
  [`${stats}/paired_delta_summary/degenerate`, false],
  [`${stats}/paired_baseline_windows`, 199],
  [`${stats}/pairing`, 'none'],
  [`${stats}/coverage/preview/ok`, false],
  [`${stats}/coverage/replicates/required`, 1],
  [`${stats}/bootstrap/coverage/final/ok`, false],
  ['/dataset/hash/preview_tokens', 1],
  ['/dataset/hash/final_tokens', 1],
  ['/dataset/hash/total_tokens', 1],
  ['/telemetry/preview_total_tokens', 1],
  ['/telemetry/final_total_tokens', 1],
  ['/primary_metric/gating_basis', 'point'],
  ['/primary_metric/pairing', 'none'],
  ['/primary_metric/unstable', true],
  ['/primary_metric_tail/policy/quantile_max', 1],
  ['/primary_metric_tail/source', 'elsewhere'],
  ['/primary_metric_tail/warned', true],
  ['/baseline_ref/primary_metric/kind', 'ppl_mlm'],
  ['/edit_name', 'noop'],
  ['/provenance/window_ids_digest', '00'],
])('another %s is found, although the digest was made again (%#)', (pointer, value) => {
  const errors = found(forge(certificate, { [pointer]: value }));
  expect(errors).toContain(`E602 ${pointer}`);
});

test('coverage follows the counts: a flag cannot grant the tolerance of the token floor', () => {
  const short = certificateOf({ windows: 100 });
  expect(found(writeJson(short))).toEqual(['V521 /validation/primary_metric_acceptable']);
  const ok = Object.fromEntries(
    ['preview', 'final'].flatMap((arm) =>
      ['coverage', 'bootstrap/coverage'].map((block) => [`${stats}/${block}/${arm}/ok`, true]),
    ),
  );
  expect(found(forge(short, ok)).slice(1)).toEqual([
    `E602 ${stats}/coverage/preview/ok`,
    `E602 ${stats}/coverage/final/ok`,
    `E602 ${stats}/bootstrap/coverage/preview/ok`,
    `E602 ${stats}/bootstrap/coverage/final/ok`,
  ]);
});

test.each(['invariants_pass', 'spectral_stable', 'rmt_stable', 'guard_overhead_acceptable'])(
  '%s for a guard that did not run is an error',
  (flag) => {
    const pointer = `/validation/${flag}`;
    expect(found(forge(certificate, { [pointer]: true }))).toEqual([`V518 ${pointer}`]);
  },
);

test('the reference writes such flags, which is a warning', () => {
  const file = new URL('../../golden/evidence/verify/asis_no_guards.json', import.meta.url);
  expect(found(readFileSync(file, 'utf8'), 'warning')).toEqual(
    expect.arrayContaining(['V518 /validation/spectral_stable', 'V518 /validation/rmt_stable']),
  );
});

test.each([
  ['as the release profile', 3200, 400, true],
  ['the most replicates', 50_000, 400, true],
  ['more draws', 50_001, 400, false],
  ['more windows', 1, 20_001, false],
  ['more replicates without windows', 20_000_001, 0, false],
])('a bootstrap %s: %d replicates of %d windows', (_name, replicates, windows, isRun) => {
  const document = changed(certificate, { [`${stats}/bootstrap/replicates`]: replicates });
  expect(readBootstrap(document, windows) !== undefined).toBe(isRun);
});

test('the page of V522 names every field that the digest leaves out', () => {
  const page = readFileSync(new URL('../../../docs/codes/V522.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/`(\/[^`]+)`/gu)].map((match) => match[1]);
  expect(named).toEqual(volatilePointers);
});
