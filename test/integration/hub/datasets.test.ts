import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { hubLines, hubPairs, hubTexts } from '../../../engine/data/providers/hub-rows.ts';
import { hubClient } from '../../fixtures/hub-client.ts';
import { defaultCommit, type LoopbackHub, serveHub } from '../../fixtures/loopback-hub.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('hub-data');
const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

let hub: LoopbackHub;
beforeAll(async () => {
  hub = await serveHub({
    'datasets/org/texts': {
      files: {
        'validation-00000-of-00002.jsonl': lines([{ text: 'a' }, { text: ' ' }, { text: 'b' }, 7]),
        'validation-00001-of-00002.jsonl': `not json\n${lines([{ text: 'c' }, { other: 'd' }])}`,
        'train.csv': 'text\nt\n',
      },
    },
    'datasets/org/pairs': {
      files: {
        'test.jsonl': lines([{ translation: { de: 'ja', en: 'yes' } }, { translation: { de: 'nein' } }]),
      },
    },
    'datasets/org/script': { files: { 'script.py': 'import os' } },
    'datasets/Salesforce/wikitext': {
      files: {
        'README.md':
          '---\nconfigs:\n- config_name: wikitext-2-raw-v1\n  data_files:\n  - split: test\n    path: wikitext-2-raw-v1/test-*\n- config_name: other\n---\n',
        'wikitext-2-raw-v1/test-00000-of-00001.jsonl': lines([{ text: '' }, { text: ' = A = \n' }]),
      },
    },
  });
});
afterAll(() => hub.close());

let homes = 0;
function client(environment: Record<string, string> = {}, known?: string) {
  homes += 1;
  const home = known ?? path.join(folder, `home-${homes}`);
  hub.requests.length = 0;
  const allowed = { INVARLOCK_ALLOW_NETWORK: '1', HF_ENDPOINT: hub.endpoint };
  return { home, ...hubClient(home, { ...allowed, ...environment }) };
}

const fetched = () => hub.requests.map((request) => request.path.split(`${defaultCommit}/`)[1] ?? '(list)');
const texts = { field: 'text', limit: 10 };
const named = { id: 'org/texts', split: 'validation' };
const codes = ({ findings }: { findings: readonly { code: string }[] }) => findings.map(({ code }) => code);

test('texts are read file by file, and only as many files as are needed are fetched', async () => {
  const { hub: one, home } = client();
  const few = await hubTexts(nodeFiles, one, named, { ...texts, limit: 2 });
  expect(few.value?.rows).toEqual([
    { text: 'a', rowIndex: 0 },
    { text: 'b', rowIndex: 2 },
  ]);
  expect(few.value?.origin).toEqual({
    repository: 'org/texts',
    revision: 'main',
    commit: defaultCommit,
    config: 'default',
    files: ['validation-00000-of-00002.jsonl'],
  });
  expect(fetched()).toEqual(['(list)', 'validation-00000-of-00002.jsonl']);

  // Offline the cache still knows that there is a second file, and who gets to it is told.
  const offline = client({ HF_DATASETS_OFFLINE: '1' }, home);
  expect((await hubTexts(nodeFiles, offline.hub, named, { ...texts, limit: 2 })).value?.rows).toHaveLength(2);
  const short = await hubTexts(nodeFiles, offline.hub, named, texts);
  expect(short.findings.at(-1)).toMatchObject({
    code: 'H804',
    message: expect.stringContaining('validation-00001'),
  });
  expect(hub.requests).toEqual([]);

  const again = client({}, home);
  const all = await hubTexts(nodeFiles, again.hub, named, texts);
  // Broken rows and blank ones count as rows.
  expect(all.value?.rows.map(({ text, rowIndex }) => [text, rowIndex])).toEqual([
    ['a', 0],
    ['b', 2],
    ['c', 5],
  ]);
  expect(codes(all)).toEqual(['H803', 'T311']);
  expect(fetched()).toEqual(['(list)', 'validation-00001-of-00002.jsonl']);
});

test('pairs lie in columns with several parts', async () => {
  const { hub: one } = client();
  const fields = { source: 'translation.de', target: 'translation.en', limit: 10 };
  const { value } = await hubPairs(nodeFiles, one, { id: 'org/pairs', split: 'test' }, fields);
  expect(value?.rows).toEqual([{ source: 'ja', target: 'yes', rowIndex: 0 }]);
  const none = await hubPairs(
    nodeFiles,
    one,
    { id: 'org/pairs', split: 'test' },
    { ...fields, source: 'de' },
  );
  expect(codes(none)).toEqual(['H803', 'E307']);
});

test('wikitext is found under the name that the hub gave it, with its rows as they stand', async () => {
  const { hub: one, home } = client();
  const wikitext = { id: 'wikitext', configName: 'wikitext-2-raw-v1', split: 'test' };
  const { value } = await hubLines(nodeFiles, one, wikitext, 10);
  expect([value?.rows, value?.origin.repository]).toEqual([['', ' = A = \n'], 'Salesforce/wikitext']);
  const offline = client({ HF_HUB_OFFLINE: '1' }, home);
  expect((await hubLines(nodeFiles, offline.hub, wikitext, 1)).value?.rows).toEqual(['']);
  const unnamed = await hubTexts(nodeFiles, offline.hub, { id: 'wikitext', split: 'test' }, texts);
  expect(unnamed.findings).toMatchObject([
    { code: 'H822', message: expect.stringContaining('wikitext-2-raw-v1') },
  ]);
});

test.each([
  [{ id: 'org/script', split: 'train' }, 'H821'],
  [{ ...named, split: 'nowhere' }, 'H822'],
  [{ ...named, configName: 'de' }, 'H822'],
  [{ ...named, revision: 'v9' }, 'H810'],
  [{ ...named, revision: '../x' }, 'H805'],
  [{ id: '../texts', split: 'train' }, 'H805'],
  [{ id: 'org/unknown', split: 'train' }, 'H810'],
])('%j is %s', async (wanted, code) => {
  const { hub: one } = client();
  const read = await hubTexts(nodeFiles, one, wanted, texts);
  expect([read.value, codes(read)]).toEqual([undefined, [code]]);
});

test('a cache of its own is used instead of the other; Arrow files are pointed out, not read', async () => {
  const { hub: one, cache, home } = client();
  const own = path.join(home, 'own');
  const there = await hubTexts(nodeFiles, one, { ...named, cacheFolder: own }, texts);
  expect(there.findings[0]?.message).toContain(own);
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(path.join(home, '.cache/huggingface/datasets/org___texts'), { recursive: true });
  const offline = client({ HF_HUB_OFFLINE: '1' }, home);
  const away = await hubTexts(nodeFiles, offline.hub, named, texts);
  expect(away.findings).toMatchObject([{ code: 'H801', message: expect.stringContaining('org___texts') }]);
  // Without a hub, as in the library, data of it are nowhere.
  expect(codes(await hubTexts(nodeFiles, undefined, named, texts))).toEqual(['H801']);
});
