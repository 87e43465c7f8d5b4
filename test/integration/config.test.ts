import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const folder = temporaryFolder('config');
const file = path.join(folder, 'run.invarlock.yaml');
writeFileSync(file, 'dataset:\n  provider: synthetic\n  seq_len: 8\n  preview_n: 10\n  final_n: 10\n');
const broken = path.join(folder, 'broken.invarlock.yaml');
writeFileSync(broken, 'datset: {}\n');

const show = (...args: string[]) =>
  runCli(['config', 'show', '-c', 'run.invarlock.yaml', ...args], { cwd: folder });

test('config show prints the file', () => {
  expect(show()).toMatchObject({
    code: 0,
    out: 'dataset:\n  provider: synthetic\n  seq_len: 8\n  preview_n: 10\n  final_n: 10\n',
  });
});

test('config show --resolved --origins says which layer won', () => {
  const { code, out } = show('--resolved', '--origins', '--profile', 'ci', '--tier', 'conservative');
  expect(code).toBe(0);
  expect(out).toMatch(/preview_n: 220 +# tier conservative\n/);
  expect(out).toMatch(/seq_len: 8 +# run\.invarlock\.yaml:3\n/);
  expect(out).toMatch(/alpha: 0\.05 +# profile ci\n/);
});

test('config show --json holds values, origins and findings', () => {
  const { code, out } = show('--resolved', '--json');
  const envelope = JSON.parse(out);
  expect(code).toBe(0);
  expect(envelope).toMatchObject({
    format_version: 'config-v1',
    config: { dataset: { preview_n: 200 } },
    findings: [],
    resolution: { exit_code: 0 },
  });
  expect(envelope.origins['/dataset/preview_n']).toEqual({ kind: 'profile', label: 'ci' });
  expect(envelope.origins['/dataset/seq_len']).toMatchObject({ kind: 'file', line: 3, column: 12 });
});

test('config show of a broken file ends with 2 and says where', () => {
  const run = runCli(['config', 'show', '-c', broken]);
  expect([run.code, run.out]).toEqual([2, '']);
  expect(run.err).toContain('broken.invarlock.yaml:1:1: error C110');
});

test('config check reads many files and ends with 2 when one has an error', () => {
  const good = runCli(['config', 'check', file]);
  expect([good.code, good.out]).toEqual([0, '1 file: 0 errors, 0 warnings, 0 notes\n']);
  const both = runCli(['config', 'check', file, broken, '--json']);
  const envelope = JSON.parse(both.out);
  expect(both.code).toBe(2);
  expect(envelope).toMatchObject({
    format_version: 'config-check-v1',
    summary: { errors: 1 },
    files: [
      { file, findings: [] },
      {
        file: broken,
        findings: [{ code: 'C110', field: 'datset', range: { start: { line: 1, column: 1 } } }],
      },
    ],
    resolution: { exit_code: 2 },
  });
});

test('profiles and tiers of INVARLOCK_CONFIG_ROOT count, and broken ones stop', () => {
  const root = path.join(folder, 'policies');
  mkdirSync(path.join(root, 'runtime/profiles'), { recursive: true });
  writeFileSync(path.join(root, 'runtime/profiles/ci.yaml'), 'dataset: {preview_n: 333, final_n: 333}\n');
  const env = { INVARLOCK_CONFIG_ROOT: root };
  const args = ['config', 'show', '-c', file, '--resolved', '--origins'];
  expect(runCli(args, { env }).out).toMatch(/preview_n: 333 +# profile ci \(.*ci\.yaml:1\)/);
  writeFileSync(path.join(root, 'runtime/tiers.yaml'), 'balancd: {}\n');
  expect(runCli(args, { env })).toMatchObject({ code: 2, err: expect.stringContaining('C110') });
});
