import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { diagnose } from '../../../server/features/diagnostics.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

async function diagnosticsOf(text: string, others: Record<string, string> = {}) {
  const document = TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, text);
  const files = new MemoryFiles({ '/project/run.invarlock.yaml': text, ...others });
  const services = { files, allowIncludeOutside: false };
  return diagnose(document, await analyze(document, services), services);
}

const place = (uri: string, line: number, start: number, end: number) => ({
  uri,
  range: { start: { line, character: start }, end: { line, character: end } },
});
const own = 'file:///project/run.invarlock.yaml';

test.each([
  ['dataset:\n  seed: 1\n  seed: 2\n', 'C102', place(own, 1, 2, 6)],
  ['dataset:\n  seq_len: 8\n  stride: 4\n', 'T322', place(own, 1, 11, 12)],
  ['dataset: {preview_n: 4, final_n: 5}\n', 'C131', place(own, 0, 21, 22)],
])('the other place is named: %j', async (text, code, location) => {
  const found = (await diagnosticsOf(text)).find((one) => one.code === code);
  expect(found?.relatedInformation?.[0]?.location).toEqual(location);
});

test('also in an included file', async () => {
  const text = 'defaults: !include base.yaml\ndataset:\n  stride: 4\n';
  const found = await diagnosticsOf(text, { '/project/base.yaml': '# base\ndataset: {seq_len: 8}\n' });
  const stride = found.find(({ code }) => code === 'T322');
  expect(stride?.relatedInformation?.[0]?.location).toEqual(place('file:///project/base.yaml', 1, 19, 20));
});

test.each([
  ['dataset:\n  seed: 1\n  seed: 2\n', 'C102', 1, [1]],
  ['runner: {device: cpu}\n', 'C115', 4, [2]],
  ['_x: yes\n', 'C106', 4, undefined],
  ['dataset:\n  seed: 1 # invarlock-disable-line X999\n', 'C191', 4, [1]],
  ['model: {adapter: hf_casual}\n', 'C118', 2, undefined],
])('%j is drawn as what it is', async (text, code, severity, tags) => {
  const found = (await diagnosticsOf(text)).find((one) => one.code === code);
  expect([found?.severity, found?.tags]).toEqual([severity, tags]);
});
