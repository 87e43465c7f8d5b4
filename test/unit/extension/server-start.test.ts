import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lazyStart } from '../../../extension/client/lazy-start.ts';
import { mayBeOurs } from '../../../extension/client/may-be-ours.ts';
import { cliEnvironment } from '../../../extension/tasks/start-cli.ts';
import { documentKind } from '../../../server/document-kind.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const certify = 'certify:\n  baseline: a\n  subject: b\n';

describe('documents that may be ours', () => {
  const ask = (file: string, text: string, folders: readonly string[] = []) =>
    mayBeOurs({ path: file, text: () => text }, folders);

  test.each<[string, string, string[], boolean]>([
    ['/p/compose.yaml', 'services: {}\n', [], false],
    ['/p/.github/workflows/ci.yml', 'jobs:\n  certify: {}\n', [], false],
    ['/p/values.yaml', '', [], false],
    ['/p/notes.txt', certify, [], false],
    ['/p/report.json', '{"suites": []}', [], false],
    ['/p/run.invarlock.yaml', '', [], true],
    ['/p/invarlock.yml', '', [], true],
    ['/p/a.yaml', '# invarlock\n', [], true],
    ['/p/a.yaml', '# yaml-language-server: $schema=https://x/invarlock/config.schema.json\n', [], true],
    ['/p/a.yaml', certify, [], true],
    ['/p/a.yaml', 'model: {}\ndataset: {}\nguards: {order: [rmt]}\n', [], true],
    ['/p/quality/a.yaml', '', ['quality'], true],
    ['/p/quality/a.yaml', '', ['./quality/'], true],
    ['/p/quality/a.yaml', '', ['/p/quality'], true],
    ['/p/a.yaml', '', ['', 'quality'], false],
    ['/p/tiers-small.yaml', 'balanced: {rmt_guard: {epsilon_default: 0.1}}\n', [], true],
    ['/p/runtime/profiles/nightly.yaml', 'dataset: {preview_n: 3}\n', [], true],
    ['/p/a.cert.json', '', [], true],
    ['/p/report.json', '{"meta": {}, "metrics": {"primary_metric": {}}}', [], true],
  ])('%s with %j', (file, text, folders, expected) => {
    expect(ask(file, text, folders)).toBe(expected);
    // Never no where the server says yes.
    if (!expected) expect(documentKind(`file://${file}`, text, folders)).toBe('other');
  });

  test('are at least all that the server knows', () => {
    const folders = ['examples', 'test/golden', 'test/fixtures'];
    const files = folders.flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:ya?ml|json)$/u.test(name))
        .map((name) => `/${folder}/${name}`.replaceAll('\\', '/')),
    );
    let ours = 0;
    for (const file of files) {
      const text = readFileSync(path.join(root, file), 'utf8');
      if (documentKind(`file://${file}`, text) === 'other') continue;
      ours += 1;
      expect(ask(file, text), file).toBe(true);
    }
    expect(ours).toBeGreaterThan(20);
  });
});

describe('a lazy start', () => {
  test('happens once, when it is needed', async () => {
    let starts = 0;
    const lazy = lazyStart(async () => ++starts);
    expect(lazy.started).toBeUndefined();
    expect(await Promise.all([lazy.get(), lazy.get()])).toEqual([1, 1]);
    expect(await lazy.started).toBe(1);
  });
  test('is tried again after it failed', async () => {
    let starts = 0;
    const lazy = lazyStart(async () => {
      starts += 1;
      if (starts === 1) throw new Error('no');
      return starts;
    });
    await expect(lazy.get()).rejects.toThrow('no');
    expect(await lazy.get()).toBe(2);
  });
});

test.each([
  [
    { nodePath: undefined, allowNetwork: false },
    { PATH: 'p', ELECTRON_RUN_AS_NODE: '1' },
  ],
  [{ nodePath: '/usr/bin/node', allowNetwork: false }, { PATH: 'p' }],
  [
    { nodePath: '/usr/bin/node', allowNetwork: true },
    { PATH: 'p', INVARLOCK_ALLOW_NETWORK: '1' },
  ],
])('the command line of %j sees %j', (start, expected) => {
  expect(cliEnvironment(start, { PATH: 'p' })).toEqual(expected);
});
