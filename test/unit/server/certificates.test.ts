import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { MarkupContent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import certificateSchema from '../../../schemas/certificate.schema.json' with { type: 'json' };
import { analyze } from '../../../server/analysis.ts';
import type { FieldSchema } from '../../../server/certificates/certificate-hover.ts';
import { certificateHover } from '../../../server/certificates/certificate-hover.ts';

const services = { files: undefined, allowIncludeOutside: false };
const passing = readFileSync(path.resolve(import.meta.dirname, '../../golden/lsp/passing.cert.json'), 'utf8');

async function hoverAt(text: string, offset: number, name = 'run.cert.json') {
  const document = TextDocument.create(`file:///project/${name}`, 'json', 1, text);
  const shown = certificateHover(document, offset, await analyze(document, services));
  const contents = shown && MarkupContent.is(shown.contents) ? shown.contents.value : undefined;
  return { contents, on: shown?.range && document.getText(shown.range) };
}

test.each([
  ['"run_id"', '**run_id** · string', 'Identifier of the subject run'],
  ['"schema_version"', '**schema_version** · always `v1`', 'Format version'],
  ['"hf_causal"', '**meta.adapter**', 'Adapter used to load the model'],
  ['"ratio_vs_baseline"', '**primary_metric.ratio_vs_baseline**', ''],
])('a field says what it means: %s', async (mark, title, says) => {
  const { contents, on } = await hoverAt(passing, passing.indexOf(mark) + 2);
  expect(on).toBe(mark);
  expect(contents).toContain(title);
  expect(contents).toContain(says);
});

test('every field that the schema explains is explained where a certificate has it', async () => {
  const document = TextDocument.create('file:///project/run.cert.json', 'json', 1, passing);
  const analysis = await analyze(document, services);
  const sections = Object.entries((certificateSchema as FieldSchema).properties ?? {});
  for (const [key, { description }] of sections) {
    const at = passing.indexOf(`"${key}": `);
    if (at < 0 || passing.slice(0, at).split('{').length - passing.slice(0, at).split('}').length !== 1)
      continue;
    const shown = certificateHover(document, at + 1, analysis);
    expect(shown && MarkupContent.is(shown.contents) ? shown.contents.value : '', key).toContain(description);
  }
});

test('what is wrong with a field stands in its hover', async () => {
  const tampered = passing.replace(/("ratio_vs_baseline": )[\d.]+/, '$10.5');
  const { contents } = await hoverAt(
    tampered,
    tampered.indexOf('0.5', tampered.indexOf('"ratio_vs_baseline"')),
  );
  expect(contents).toMatch(/[EV]\d{3}: /);
});

test.each(['', '{', '[1]', '{"nobody": {"knows": 1}}'])('nothing about %j', async (text) => {
  for (let offset = 0; offset <= text.length; offset += 1)
    expect((await hoverAt(text, offset)).contents).toBeUndefined();
});

test('a field of a run report says what it means', async () => {
  const text = '{"meta": {"seed": 42, "device": "cpu"}, "metrics": {}, "evaluation_windows": {}}';
  const { contents, on } = await hoverAt(text, text.indexOf('device') + 1, 'report.json');
  expect(on).toBe('"device"');
  expect(contents).toMatch(/^\*\*meta\.device\*\* · .*\n\n\w/u);
});

describe('run reports', () => {
  const report = {
    meta: { seed: 42 },
    data: {},
    edit: {},
    guards: [],
    metrics: { primary_metric: { kind: 'ppl_causal', final: 2 } },
    artifacts: {},
    flags: {},
  };
  const findingsOf = async (text: string) => {
    const document = TextDocument.create('file:///project/runs/report.json', 'json', 1, text);
    const { kind, findings } = await analyze(document, services);
    return [kind, ...findings.map(({ code, range }) => [code, range && text.slice(range.start, range.end)])];
  };
  test('of the right structure have no finding', async () => {
    expect(await findingsOf(JSON.stringify(report))).toEqual(['report']);
  });
  test('have their findings at the exact place', async () => {
    const text = JSON.stringify({ ...report, guards: 'none', meta: { seed: 'x' } });
    expect(await findingsOf(text)).toEqual(['report', ['V530', '"none"'], ['V530', '"x"']]);
  });
  test('that are half written are said to be no JSON', async () => {
    const [kind, finding] = await findingsOf(JSON.stringify(report).slice(0, -1));
    expect([kind, finding?.[0]]).toEqual(['report', 'V501']);
  });
  test('of other tools are left alone', async () => {
    expect(await findingsOf('{"meta": 1, "results": []')).toEqual(['other']);
  });
});
