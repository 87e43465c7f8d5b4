import { expect, test } from 'vitest';
import { checkReports, type ReportInputs } from '../../../engine/doctor/check-reports.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const windows = { preview: { window_ids: [0] }, final: { window_ids: [1] } };
const report = (changes: object = {}) => ({
  evaluation_windows: windows,
  metrics: { primary_metric: { kind: 'ppl_causal' } },
  provenance: {
    dataset_split: 'validation',
    provider_digest: { tokenizer_sha256: 't', masking_sha256: 'm' },
  },
  ...changes,
});

/** The findings about a baseline and a subject, as `code severity reason`. */
async function check(
  baseline: object | string,
  subject: object | string,
  expected: readonly string[],
  inputs: Partial<ReportInputs> = {},
): Promise<void> {
  const text = (value: object | string) => (typeof value === 'string' ? value : JSON.stringify(value));
  const files = new MemoryFiles({ '/b/report.json': text(baseline), '/s.json': text(subject) });
  const findings = await checkReports(files, {
    baselineReport: '/b',
    subjectReport: '/s.json',
    strict: false,
    ...inputs,
  });
  expect(findings.map(({ code, severity, reason }) => `${code} ${severity} ${reason ?? ''}`.trim())).toEqual(
    expected,
  );
}

test('equal reports give nothing', () => check(report(), report(), []));
test('reports of the Python tool are read, NaN and all', () =>
  check(JSON.stringify(report({ x: 1 })).replace('"x":1', '"x":NaN'), report(), []));

test('an inferred split', () =>
  check(report({ provenance: { split_fallback: true } }), report(), ['D003 warning']));
test('other tokenizers', () =>
  check(report({ provenance: { provider_digest: { tokenizer_sha256: 'u' } } }), report(), ['D009 warning']));
test('other tokenizers with an unknown one say nothing', () =>
  check(report({ provenance: {} }), report(), []));

const masked = (provenance: object) =>
  report({ metrics: { primary_metric: { kind: 'ppl_mlm' } }, provenance: { provider_digest: provenance } });
test('a missing mask digest', () =>
  check(masked({ tokenizer_sha256: 't' }), masked({ tokenizer_sha256: 't', masking_sha256: 'm' }), [
    'D010 warning',
  ]));
test('a missing mask digest of a metric that the configuration names', () =>
  check(report({ provenance: { provider_digest: { tokenizer_sha256: 't' } } }), report(), ['D010 warning'], {
    metricKind: 'ppl_mlm',
  }));
test('a missing mask digest of a causal metric means nothing', () =>
  check(report({ provenance: { provider_digest: { tokenizer_sha256: 't' } } }), report(), []));

const onTest = report({ provenance: { dataset_split: 'test' } });
test('different splits', () => check(report(), onTest, ['D011 warning split_mismatch']));
test('different splits when strict', () =>
  check(report(), onTest, ['D011 error split_mismatch'], { strict: true }));

const guessed = (profile?: string) =>
  report({
    context: profile ? { profile } : {},
    metrics: { primary_metric: { kind: 'accuracy', counts_source: 'pseudo_config' } },
  });
test.each([
  [undefined, undefined, 'warning'],
  ['ci', undefined, 'error'],
  ['ci', 'dev', 'warning'],
  ['dev', 'release', 'error'],
] as const)('guessed counts of a report under %s, checked for %s', (own, profile, severity) =>
  check(report(), guessed(own), [`D012 ${severity} counts_not_measured`], { profile }),
);

test('relaxed gates are said once', () => {
  const relaxed = report({ meta: { auto: { tiny_relax: true } } });
  return check(relaxed, relaxed, ['D013 note']);
});

test.each([
  ['that is missing', { baselineReport: '/nowhere' }, 'D105 error unreadable'],
  ['that is alone and missing', { baseline: '/nowhere.json' }, 'D105 error unreadable'],
])('a report %s is an error, not a silence', (_, inputs, expected) =>
  check(report(), report(), [expected], inputs),
);
test('a report that is no JSON', () => check('{', report(), ['D105 error unreadable']));
test('a report that is a list', () => check('[]', report(), ['D105 error unreadable']));
test('a baseline without windows', () =>
  check(report({ evaluation_windows: { preview: windows.preview } }), report(), ['D105 error no_windows']));
