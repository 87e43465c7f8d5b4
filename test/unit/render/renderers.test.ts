import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { certificateManifest } from '../../../engine/certificate/manifest.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { type CertificateView, certificateView } from '../../../engine/render/certificate-view.ts';
import { consoleLines } from '../../../engine/render/console-lines.ts';
import { renderHtml } from '../../../engine/render/html.ts';
import { escapeMarkdown, renderMarkdown } from '../../../engine/render/markdown.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { type FixtureOptions, makeReports } from '../../fixtures/run-report.ts';

const generatedAt = new Date(2025, 10, 2, 12);

function build(options: FixtureOptions, modelId?: string) {
  const pair = makeReports(options);
  const subject =
    modelId === undefined
      ? pair.subject
      : { ...pair.subject, meta: { ...pair.subject.meta, model_id: modelId } };
  const certificate = buildCertificate({
    ...pair,
    subject,
    generatedAt,
    environment: {},
    toolVersion: '0.1.0',
  }).value!;
  const { findings } = verifyCertificate(writeJson(certificate), { profile: 'dev' });
  return { certificate, view: certificateView(certificate, { findings }) };
}

const renderers: readonly [extension: string, render: (view: CertificateView) => string][] = [
  ['txt', (view) => `${consoleLines(view).join('\n')}\n`],
  ['md', renderMarkdown],
  ['html', renderHtml],
];

const pages = [
  ['pass', {}],
  ['fail', { shift: 0.2 }],
] as const satisfies readonly (readonly [string, FixtureOptions])[];

test.each(
  pages.flatMap(([name, options]) =>
    renderers.map(([extension, render]) => ({ name, options, extension, render })),
  ),
)('certificate-$name.$extension is as it was', ({ name, options, extension, render }) => {
  const text = render(build(options).view);
  const file = new URL(`../../golden/render/certificate-${name}.${extension}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, 'utf8'));
});

const HOSTILE = '<script>alert(1)</script>"\' onload=x | **b** [l](javascript:1)\n# h\u001b[31m\u202e`c`';

test('a hostile model name stays text on the page, which forbids scripts and requests', () => {
  const html = renderHtml(build({}, HOSTILE).view);
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x');
  expect(html).toMatch(
    /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/u,
  );
  expect(html).not.toMatch(/ (style|on\w+)="|https?:\/\//u);
});

test('a hostile model name makes no markup in Markdown and moves no cursor', () => {
  const { view } = build({}, HOSTILE);
  const markdown = renderMarkdown(view);
  expect(markdown).not.toContain('<script');
  expect(markdown).not.toMatch(/^# h/mu);
  expect(markdown).toContain(String.raw`\*\*b\*\* \[l\](javascript:1) \# h`);
  for (const mark of ['\u001b', '\u202e']) expect(consoleLines(view).join('\n')).not.toContain(mark);
});

test.each([
  ['a|b\nc', String.raw`a\|b c`],
  ['<b>&', '&lt;b&gt;&amp;'],
  ['_x_ `y`', String.raw`\_x\_ \`y\``],
])('%j is escaped as %s', (text, expected) => {
  expect(escapeMarkdown(text)).toBe(expected);
});

test('the manifest names the files and the outcome', () => {
  const { certificate, view } = build({ shift: 0.2 });
  const files = {
    certificate_json: 'evaluation.cert.json',
    certificate_markdown: 'evaluation_certificate.md',
  };
  expect(certificateManifest({ certificate, view, generatedAt, files })).toEqual({
    generated_at: '2025-11-02T12:00:00.000',
    files,
    summary: {
      run_model: 'tiny-gpt2-int8',
      device: 'cpu',
      seed: 42,
      overall_status: 'FAIL',
      primary_metric_ratio: certificate.primary_metric.ratio_vs_baseline,
      gates_passed: 2,
      gates_total: 3,
    },
    certificate_sha256: certificate.integrity.sha256,
  });
});
