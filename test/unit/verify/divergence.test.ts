import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { certificateIntegrity } from '../../../engine/certificate/integrity.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import {
  type Divergence,
  divergence,
  divergenceNotEvaluated,
  type MeasuredDivergence,
} from '../../../engine/metrics/divergence/divergence.ts';
import { certificateView } from '../../../engine/render/certificate-view.ts';
import { consoleLines } from '../../../engine/render/console-lines.ts';
import { renderHtml } from '../../../engine/render/html.ts';
import { renderMarkdown } from '../../../engine/render/markdown.ts';
import { validateReport } from '../../../engine/report/validate-report.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const pair = makeReports({ windows: 20, replicates: 100 });

/** Forty tokens per window, whose divergence rises from window to window. */
const block = divergence({
  windows: pair.subject.evaluation_windows.final.window_ids.map((id, at) => ({
    id,
    kl: Float32Array.from({ length: 40 }, (_, token) => (1 + at) * 1e-4 * (1 + (token % 7))),
    baselineNll: Float32Array.from({ length: 40 }, (_, token) => 1 + (token % 3)),
    subjectNll: Float32Array.from({ length: 40 }, (_, token) => 1 + (token % 3) + 0.01 * (token % 5)),
    flags: Uint8Array.from({ length: 40 }, (_, token) => (token * (at + 3)) % 8),
  })),
  vocabulary: { compared: 100, baseline: 100, subject: 128 },
  selfCheck: { max_abs_difference: 1e-6, tolerance: 1e-3 },
  bootstrap: pair.subject.metrics.bootstrap,
});

function certificateOf(measured: Divergence) {
  const { value, findings } = buildCertificate({
    baseline: pair.baseline,
    subject: { ...pair.subject, metrics: { ...pair.subject.metrics, divergence: measured } },
    generatedAt: new Date(2025, 10, 2),
    environment: {},
    toolVersion: '0.1.0',
  });
  if (!value) throw new Error(findings.map(({ message }) => message).join('\n'));
  return JSON.parse(writeJson(value));
}

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

function findingsAfter(change: (block: Mutable<MeasuredDivergence>) => unknown): string[] {
  const certificate = certificateOf(block);
  change(certificate.metrics.divergence);
  certificate.integrity = certificateIntegrity(readJson(writeJson(certificate)).value!);
  return verifyCertificate(writeJson(certificate), { profile: 'dev' })
    .findings.filter(({ pointer }) => pointer?.startsWith('/metrics/divergence'))
    .map(({ code, pointer }) => `${code} ${pointer?.slice('/metrics/divergence/'.length)}`);
}

test('what was written is found again', () => {
  expect(findingsAfter(() => {})).toEqual([]);
});

test.each<[string, Parameters<typeof findingsAfter>[0], string[]]>([
  ['a mean', (x) => (x.kl.mean.value *= 2), ['E602 kl/mean/value']],
  ['the interval of a mean', (x) => (x.kl.mean.ci![1] += 0.1), ['E602 kl/mean/ci']],
  ['agreement', (x) => (x.top1_agreement.value = 1), ['E602 top1_agreement/value']],
  ['Δp', (x) => (x.delta_p.rms.value = 0), ['E602 delta_p/rms/value']],
  ['flips', (x) => (x.flips.regressed += 1), ['E602 flips/regressed']],
  ['McNemar', (x) => (x.flips.p_value = 0.5), ['E602 flips/p_value']],
  ['the number of tokens', (x) => (x.tokens = 5), ['E602 tokens', 'E602 kl_histogram/counts']],
  ['another seed', (x) => (x.bootstrap.seed += 1), ['E602 bootstrap/seed']],
  ['a quantile', (x) => (x.kl.q99.value /= 4), ['E602 kl/q99/value']],
  ['bounds out of order', (x) => x.kl.q90.ci!.reverse(), ['E602 kl/q90/ci']],
  [
    'a self check that failed',
    (x) => (x.self_check.max_abs_difference = 1),
    ['E602 self_check/max_abs_difference'],
  ],
  ['a laxer self check', (x) => (x.self_check.tolerance = 10), ['E602 self_check/tolerance']],
  ['a window of no arm', (x) => (x.window_sums.window_ids[3] = 999), ['V520 window_sums/window_ids']],
  [
    'more agreements than tokens',
    (x) => (x.window_sums.same_top1[0] = 41),
    ['E602 top1_agreement/value', 'E602 top1_agreement/ci', 'V520 window_sums'],
  ],
  ['a missing list', (x) => Reflect.deleteProperty(x.window_sums, 'kl_sum'), ['V520 window_sums/kl_sum']],
  ['a missing statistic', (x) => Reflect.deleteProperty(x.kl, 'median'), ['V520 kl/median']],
  ['a gap without a reason', (x) => Reflect.set(x, 'evaluated', false), ['V520 reason']],
])('%s that was changed is found', (_, change, expected) => {
  expect(findingsAfter(change)).toEqual(expected);
});

test('every view shows it, and a gap with its reason', () => {
  const view = certificateView(certificateOf(block));
  const labels = view.divergence.map(({ label }) => label);
  expect([labels[0], labels.length]).toEqual(['Compared', 14]);
  expect(view.divergence[0]?.value).toBe(
    '800 tokens in 20 final windows; of the vocabularies (100 and 128 entries) the 100 that both have',
  );
  const texts = [renderMarkdown(view), renderHtml(view), consoleLines(view).join('\n')];
  for (const text of texts) expect(text).toContain(view.divergence[1]?.value);
  const gap = certificateOf(divergenceNotEvaluated('There is a reason.'));
  expect(
    verifyCertificate(writeJson(gap), { profile: 'dev' }).findings.map(({ pointer }) => pointer),
  ).not.toContain('/metrics/divergence');
  expect(consoleLines(certificateView(gap)).join('\n')).toContain(
    'Divergence: not evaluated: There is a reason.',
  );
});

test('a report with a malformed block is refused', () => {
  const metrics = { ...pair.subject.metrics, divergence: { ...block, tokens: '5' } };
  expect(validateReport({ ...pair.subject, metrics }).findings.map(({ pointer }) => pointer)).toEqual([
    '/metrics/divergence/tokens',
  ]);
});
