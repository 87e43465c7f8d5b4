import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { LspClient } from './lsp-client.ts';

const client = new LspClient();
afterAll(async () => {
  // The server must have logged no failure in all of this, and must end when it is asked to.
  expect(client.log).toEqual([]);
  expect(await client.stop()).toBe(0);
});

let count = 0;
async function open(text: string, name = 'run.invarlock.yaml'): Promise<string> {
  count += 1;
  const uri = `file:///project/${count}/${name}`;
  await client.open(uri, text);
  return uri;
}

test('initialize names the server and what it can do', async () => {
  const { serverInfo, capabilities } = await client.initialized;
  expect(serverInfo?.name).toBe('invarlock');
  expect(capabilities).toMatchObject({
    textDocumentSync: 2,
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: expect.arrayContaining(['quickfix']) },
    diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
    semanticTokensProvider: { full: true, range: true },
  });
});

describe('diagnostics', () => {
  test('of a misspelt key have its exact range, a code and its page', async () => {
    const uri = await open('dataset:\n  sed: 42\n');
    expect(await client.diagnostics(uri)).toEqual([
      {
        range: { start: { line: 1, character: 2 }, end: { line: 1, character: 5 } },
        severity: 1,
        code: 'C110',
        codeDescription: { href: expect.stringMatching(/^https:.*\/docs\/codes\/C110\.md$/) },
        source: 'invarlock',
        message: 'Unknown key "sed" in dataset. Did you mean "seed"?',
      },
    ]);
  });

  test('follow incremental changes', async () => {
    const uri = await open('dataset:\n  sed: 42\n');
    const place = { line: 1, character: 4 };
    await client.change(uri, { start: place, end: place }, 'e');
    expect(await client.diagnostics(uri)).toEqual([]);
  });

  test("are none for somebody else's YAML", async () => {
    const uri = await open('services:\n  sed: [unclosed\n', 'docker-compose.yml');
    expect(await client.diagnostics(uri)).toEqual([]);
    expect(await client.completion(uri, { line: 0, character: 0 })).toEqual([]);
    expect(await client.hover(uri, { line: 0, character: 2 })).toBeNull();
    expect(
      await client.codeActions(uri, { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }),
    ).toEqual([]);
  });

  test('of a document that is no file leave its includes alone', async () => {
    const uri = 'untitled:run.invarlock.yaml';
    await client.open(uri, 'dataset: !include data.yaml\nauto: {tier: none}\n');
    expect((await client.diagnostics(uri)).map(({ code }) => code)).toEqual(['C112']);
  });

  test('about an included file stand on the include and point into the file', async () => {
    const folder = temporaryFolder('lsp');
    mkdirSync(path.join(folder, 'parts'));
    const included = path.join(folder, 'parts/data.yaml');
    writeFileSync(included, 'seed: 1\nsqe_len: 8\n');
    const uri = pathToFileURL(path.join(folder, 'run.invarlock.yaml')).toString();
    await client.open(uri, 'dataset: !include parts/data.yaml\n');
    expect(await client.diagnostics(uri)).toMatchObject([
      {
        code: 'C110',
        message: expect.stringMatching(/^In data\.yaml: Unknown key "sqe_len"/),
        range: { start: { line: 0, character: 18 }, end: { line: 0, character: 33 } },
        relatedInformation: [
          {
            location: {
              uri: pathToFileURL(included).toString(),
              range: { start: { line: 1, character: 0 }, end: { line: 1, character: 7 } },
            },
          },
        ],
      },
    ]);
    // What is open in the editor counts, saved or not.
    await client.open(pathToFileURL(included).toString(), 'seed: 1\nseq_len: 8\n');
    expect(await client.diagnostics(uri)).toEqual([]);
  });
});

test('completion offers the keys of the section and the values of a key', async () => {
  const uri = await open('certify:\n  \n  profile: \n');
  const keys = await client.completion(uri, { line: 1, character: 2 });
  expect(keys.map(({ label }) => label)).toEqual([
    'baseline',
    'subject',
    'tier',
    'adapter',
    'out',
    'cert_out',
  ]);
  const values = await client.completion(uri, { line: 2, character: 11 });
  expect(values.map(({ label }) => label)).toEqual(['dev', 'ci', 'ci_cpu', 'release']);
});

test('hover tells what a key means', async () => {
  const uri = await open('dataset:\n  seq_len: 128\n');
  expect(await client.hover(uri, { line: 1, character: 4 })).toMatchObject({
    range: { start: { line: 1, character: 2 }, end: { line: 1, character: 9 } },
    contents: {
      kind: 'markdown',
      value: expect.stringMatching(/dataset\.seq_len[\s\S]*whole number, at least 2/),
    },
  });
});

test('a quick fix makes the document right', async () => {
  const text = 'dataset:\n  sed: 42\n';
  const uri = await open(text);
  const cursor = { line: 1, character: 3 };
  const [action] = await client.codeActions(uri, { start: cursor, end: cursor });
  expect(action).toMatchObject({ title: 'Change to "seed"', kind: 'quickfix', isPreferred: true });
  const edits = action?.edit?.changes?.[uri] ?? [];
  const fixed = TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 1, text), edits);
  expect(fixed).toBe('dataset:\n  seed: 42\n');
});

test.each([
  ['bytes', '\u0000\u0001\uFFFF{[}]:\t- &a *a !!x "'],
  ['deep nesting', '['.repeat(50_000)],
  [
    'aliases of aliases',
    Array.from({ length: 30 }, (_, i) => `k${i}: &a${i} [${i ? `*a${i - 1}, *a${i - 1}` : 'x'}]`).join('\n'),
  ],
  ['a lone surrogate', 'dataset:\n  \uD83E: 1\n'],
  ['only dashes', '- - - -\n  - -\n-'],
])('garbage does not crash the server: %s', async (_, text) => {
  const uri = await open(text);
  expect(Array.isArray(await client.diagnostics(uri))).toBe(true);
  expect(Array.isArray(await client.completion(uri, { line: 0, character: 3 }))).toBe(true);
  await client.hover(uri, { line: 0, character: 1 });
  const after = await open('dataset:\n  sed: 1\n');
  expect(await client.diagnostics(after)).toHaveLength(1);
});
