import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { humanLines } from '../../../engine/verify/human-lines.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { verifyEnvelope } from '../../../engine/verify/verify-envelope.ts';

const folder = new URL('../../golden/evidence/', import.meta.url);
const golden = JSON.parse(readFileSync(new URL('verify-expected.json', folder), 'utf8'));

function verify(name: string, profile: 'dev' | 'ci' = 'dev') {
  return verifyCertificate(readFileSync(new URL(`verify/${name}.json`, folder), 'utf8'), {
    profile,
    file: `${name}.json`,
  });
}

const now = new Date(Date.UTC(2025, 10, 2, 12));

test.each([
  'strict_schema_ok',
  'asis_causal_balanced_dev_pass',
  'recompute_ok',
  'ratio_mismatch',
  'ratio_missing',
])('the envelope of %s has every field of the reference’s, with the same value', (name) => {
  const { envelope } = golden.cases[name].profiles.dev;
  const ours = JSON.parse(verifyEnvelope([verify(name)], { now }));
  expect(ours).toMatchObject({ ...envelope, ts: '2025-11-02T12:00:00.000Z' });
});

test('every file has its own verdict and findings; the summary is the worst of them', () => {
  const envelope = JSON.parse(
    verifyEnvelope([verify('strict_schema_ok'), verify('ratio_mismatch', 'ci'), verify('doc_empty')], {
      now,
    }),
  );
  const verdicts = envelope.results.map(({ ok, reason, exit_code }: Record<string, unknown>) => [
    ok,
    reason,
    exit_code,
  ]);
  expect(verdicts).toEqual([
    [true, 'ok', 0],
    [false, 'policy_fail', 3],
    [false, 'malformed', 2],
  ]);
  expect(envelope.summary).toEqual({ ok: false, reason: 'malformed' });
  expect(envelope.resolution).toEqual({ exit_code: 3 });
  expect(envelope.error).toMatchObject({
    code: 'E602',
    category: 'RECOMPUTE-MISMATCH',
    context: { file: 'ratio_mismatch.json' },
  });
  expect(envelope.results[1].findings[0]).toMatchObject({
    code: 'E602',
    severity: 'error',
    path: '/primary_metric/ratio_vs_baseline',
    actual: 1.05,
  });
  expect(envelope.results[0].gates).toMatchObject({ primary_metric_acceptable: true });
});

test('the envelope is one line of ASCII with sorted keys', () => {
  const text = verifyEnvelope([verify('strict_schema_ok')], { now });
  expect(text).toMatch(/^\{"certificate": \{"count": 1\}, "component": "cli", [ -~]*\}$/u);
});

test.each(['strict_schema_ok', 'recompute_ok', 'overlap_tiny'])(
  '%s passes with the reference’s lines',
  (name) => {
    expect(humanLines([verify(name)]).filter((line) => !line.includes('warning'))).toEqual(
      golden.cases[name].profiles.dev.human_lines,
    );
  },
);

test('a file that fails lists its findings, and there is no closing line', () => {
  expect(
    humanLines([verify('strict_schema_ok'), verify('overlap_positive')]).filter(
      (line) => !line.includes('warning'),
    ),
  ).toEqual([
    'PASS strict_schema_ok.json',
    'FAIL overlap_positive.json',
    '  ↳ error V512: window_overlap_fraction must be 0 (it is 0.125). (/dataset/windows/stats/window_overlap_fraction)',
  ]);
});
