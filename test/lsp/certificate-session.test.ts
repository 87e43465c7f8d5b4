import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CertificateView } from '../../engine/render/certificate-view.ts';
import { LspClient } from './lsp-client.ts';

const passing = readFileSync(path.resolve(import.meta.dirname, '../golden/lsp/passing.cert.json'), 'utf8');
const tampered = passing.replace(/("ratio_vs_baseline": )[\d.]+/, '$10.5');

const client = new LspClient();
afterAll(async () => {
  expect(client.log).toEqual([]);
  expect(await client.stop()).toBe(0);
});

describe('diagnostics', () => {
  test('of a certificate that holds have no error', async () => {
    const uri = 'file:///project/passing.cert.json';
    await client.open(uri, passing, 'json');
    const diagnostics = await client.diagnostics(uri);
    expect(diagnostics.filter(({ severity }) => severity === 1)).toEqual([]);
  });

  test('of a tampered certificate stand at the number that disagrees', async () => {
    const uri = 'file:///project/tampered.cert.json';
    await client.open(uri, tampered, 'json');
    const document = TextDocument.create(uri, 'json', 1, tampered);
    const errors = (await client.diagnostics(uri)).filter(({ severity }) => severity === 1);
    const ratio = errors.find(({ range }) => document.getText(range) === '0.5');
    expect(ratio).toMatchObject({ source: 'invarlock', code: expect.stringMatching(/^[EV]\d{3}$/) });
    expect(ratio?.codeDescription?.href).toContain(`/docs/codes/${ratio?.code}.md`);
  });

  test.each(['', '{', '[]', '{"schema_version": "v1"}', '\u0000'])(
    'of garbage are findings: %j',
    async (text) => {
      const uri = 'file:///project/garbage.cert.json';
      await client.open(uri, text, 'json');
      expect((await client.diagnostics(uri)).length).toBeGreaterThan(0);
      await client.close(uri);
    },
  );

  test('are none for other JSON', async () => {
    const uri = 'file:///project/package.json';
    await client.open(uri, '{"a": 1, "a": 2', 'json');
    expect(await client.diagnostics(uri)).toEqual([]);
  });
});

describe('invarlock/certificateView', () => {
  const view = (parameters: object) =>
    client.request<CertificateView>('invarlock/certificateView', parameters);

  test('shows a text', async () => {
    expect(await view({ text: passing })).toMatchObject({ verdict: 'PASS', metric: { kind: 'ppl_causal' } });
  });

  test('shows an open document, findings included', async () => {
    const uri = 'file:///project/other.cert.json';
    await client.open(uri, tampered, 'json');
    const shown = await view({ uri });
    expect(shown.verdict).toBe('FAIL');
    expect(shown.findings.some(({ severity }) => severity === 'error')).toBe(true);
  });

  test('shows garbage as a failure', async () => {
    expect(await view({ text: 'not json' })).toMatchObject({ verdict: 'FAIL' });
  });

  test.each([[{}], [{ uri: 'file:///nowhere.cert.json' }], [{ uri: 'untitled:x' }]])(
    'refuses %j',
    async (parameters) => {
      await expect(view(parameters)).rejects.toThrow();
    },
  );
});
