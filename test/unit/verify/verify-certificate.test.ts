import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import type { Certificate } from '../../../engine/certificate/certificate-types.ts';
import { certificateIntegrity } from '../../../engine/certificate/integrity.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import type { VerifyProfile } from '../../../engine/verify/check-context.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { type FixtureOptions, makeReports } from '../../fixtures/run-report.ts';

function certificateOf(options: FixtureOptions = {}): Certificate {
  const inputs = { generatedAt: new Date(2025, 10, 2, 12), environment: {}, toolVersion: '0.1.0' };
  return buildCertificate({ ...makeReports(options), ...inputs }).value!;
}

const certificate = certificateOf();

function errorsOf(text: string, profile: VerifyProfile = 'dev'): string[] {
  const { findings } = verifyCertificate(text, { profile });
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

/** Changes one value, and takes the digest again, as somebody would who knows how. */
function forged(pointer: string, change: (value: never) => unknown): string {
  const copy = structuredClone(certificate) as unknown as Record<string, unknown>;
  const path = pointer.slice(1).split('/');
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((value, key) => value[key] as Record<string, unknown>, copy);
  const last = path.at(-1)!;
  parent[last] = change(parent[last] as never);
  if (parent[last] === undefined) delete parent[last];
  return writeJson({ ...copy, integrity: certificateIntegrity(readJson(writeJson(copy)).value!) });
}

test.each<[string, FixtureOptions]>([
  ['small difference', {}],
  ['unequal weights', { unequalWeights: true }],
  ['drift', { drift: 0.02 }],
])('our certificate is in order under dev and computed again: %s', (_name, options) => {
  const result = verifyCertificate(writeJson(certificateOf(options)), {
    profile: 'dev',
    file: 'a.cert.json',
  });
  expect(result).toMatchObject({
    file: 'a.cert.json',
    ok: true,
    exitCode: 0,
    reason: 'ok',
    kind: 'ppl_causal',
    recompute: { family: 'ppl', ok: true, reason: null },
    gates: { primary_metric_acceptable: true },
    findings: [],
  });
});

test('under ci and release the guards that did not run are missed', () => {
  const text = writeJson(certificate);
  const guards = ['V518 /invariants', 'V518 /spectral', 'V518 /rmt', 'V518 /variance'];
  expect(errorsOf(text, 'ci')).toEqual(guards);
  expect(errorsOf(text, 'release')).toEqual([
    ...guards,
    'V519 /guard_overhead/evaluated',
    'V519 /guard_overhead/overhead_ratio',
  ]);
  expect(errorsOf(text, 'ci_cpu')).toEqual([]);
});

test('a failed gate is exit code 1 in every profile', () => {
  const text = writeJson(certificateOf({ shift: 0.2 }));
  expect(errorsOf(text)).toEqual(['V521 /validation/primary_metric_acceptable']);
  expect(verifyCertificate(text, { profile: 'dev' }).exitCode).toBe(1);
});

test.each<[pointer: string, change: (value: never) => unknown, expected: string[]]>([
  [
    '/primary_metric/final',
    (value: number) => value * 0.9,
    ['E602 /primary_metric/ratio_vs_baseline', 'E602 /primary_metric/final'],
  ],
  [
    '/primary_metric/ratio_vs_baseline',
    () => 0.99,
    ['E602 /primary_metric/ratio_vs_baseline', 'E602 /primary_metric/ratio_vs_baseline'],
  ],
  ['/primary_metric/display_ci', () => [1, 1.001], ['E602 /primary_metric/display_ci']],
  ['/primary_metric/ci', () => undefined, ['E602 /primary_metric/ci']],
  ['/primary_metric_tail/stats/q95', () => 0, ['E602 /primary_metric_tail/stats/q95']],
  [
    '/validation/primary_metric_acceptable',
    () => false,
    ['V521 /validation/primary_metric_acceptable', 'E602 /validation/primary_metric_acceptable'],
  ],
  [
    '/validation/primary_metric_tail_acceptable',
    () => undefined,
    ['E602 /validation/primary_metric_tail_acceptable'],
  ],
  ['/baseline_ref/tokenizer_hash', () => 'other', ['E002 /meta/tokenizer_hash']],
  ['/provenance/baseline/final_hash', () => 'other', ['E001 /provenance/edited/final_hash']],
  ['/dataset/hash/preview', () => 'blake2s:other', ['E602 /dataset/hash/preview']],
  ['/dataset/windows/final', () => 199, ['E602 /dataset/windows/stats/coverage/final/used']],
  ['/dataset/windows/stats/bootstrap/replicates', () => 1e12, ['V520 /dataset/windows/stats/bootstrap']],
  ['/evaluation_windows', () => undefined, ['V520 /evaluation_windows']],
  ['/meta/model_profile/cert_lints/0/value', () => 'ppl_mlm', ['V516 /primary_metric/kind']],
  ['/policy_digest/thresholds_hash', () => '0', ['E602 /policy_digest/thresholds_hash']],
])('a forged %s is found, although its digest was made again', (pointer, change, expected) => {
  expect(errorsOf(forged(pointer, change))).toEqual(expected);
});

test('any careless change breaks the digest, and a change of a volatile field does not', () => {
  const text = writeJson(certificate);
  expect(errorsOf(text.replace('"stride": 128', '"stride": 64'))).toEqual(['V522 /integrity/sha256']);
  expect(errorsOf(text.replace(/"generated_at": "[^"]*"/u, '"generated_at": "never"'))).toEqual([]);
});

test('findings stand at their place in the text', () => {
  const text = forged('/primary_metric/display_ci', () => [1, 1.001]);
  const { findings } = verifyCertificate(text, { profile: 'dev', file: 'x' });
  const finding = findings.find(({ pointer }) => pointer === '/primary_metric/display_ci')!;
  expect(text.slice(finding.range!.start, finding.range!.end)).toBe('[1, 1.001]');
  expect(finding.file).toBe('x');
});

test.each<[string, string | undefined, VerifyProfile, string[], number]>([
  ['equal', JSON.stringify(certificate), 'dev', [], 0],
  ['not JSON', '{', 'dev', ['V523 undefined'], 1],
  ['without digests', '{}', 'dev', ['V523 undefined'], 1],
  ['other ids', baselineWith({ ids_sha256: 'x' }), 'dev', [], 0],
  ['other ids', baselineWith({ ids_sha256: 'x' }), 'ci', ['E006 /provenance/provider_digest/ids_sha256'], 3],
  [
    'another tokenizer',
    baselineWith({ tokenizer_sha256: 'x' }),
    'ci',
    ['E002 /provenance/provider_digest/tokenizer_sha256'],
    3,
  ],
])('a baseline file that is %s (%#)', (_name, baselineText, profile, expected, exitCode) => {
  const result = verifyCertificate(writeJson(certificate), {
    profile,
    ...(baselineText ? { baselineText } : {}),
  });
  const errors = result.findings.filter(({ severity, code }) => severity === 'error' && code !== 'V518');
  expect(errors.map(({ code, pointer }) => `${code} ${code === 'V523' ? undefined : pointer}`)).toEqual(
    expected,
  );
  expect(result.exitCode).toBe(exitCode);
});

function baselineWith(change: Record<string, string>): string {
  const digest = { ...(certificate.provenance.provider_digest as object), ...change };
  return JSON.stringify({ provenance: { provider_digest: digest } });
}

test('no text makes verify throw', () => {
  const document = fc.record({
    schema_version: fc.constant('v1'),
    run_id: fc.constant('abcd'),
    primary_metric: fc.record({
      kind: fc.constantFrom('ppl_causal', 'accuracy', 'x'),
      final: fc.jsonValue(),
      drift_band: fc.jsonValue(),
    }),
    dataset: fc.jsonValue(),
    meta: fc.jsonValue(),
    validation: fc.dictionary(fc.string(), fc.boolean()),
    evaluation_windows: fc.jsonValue(),
    resolved_policy: fc.jsonValue(),
    spectral: fc.jsonValue(),
    integrity: fc.jsonValue(),
  });
  fc.assert(
    fc.property(
      fc.oneof(
        document.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      (text) => {
        const result = verifyCertificate(text, { profile: 'release' });
        expect(result.ok).toBe(false);
        expect(result.exitCode).toBeGreaterThan(0);
      },
    ),
  );
});
