import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { areas } from '../parity/areas.ts';
import { sectionCases } from '../parity/evidence/section-cases.ts';
import { missingFiles } from '../parity/run-parity.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const goldenFile = path.join(root, 'test/golden/evaluation/normal_dist.json');

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'parity-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function parity(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/parity.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

function evaluationFolder(): string {
  const evaluation = path.join(folder, 'evaluation');
  mkdirSync(evaluation);
  return evaluation;
}

test('one file of a folder is compared, the others may be missing; the results are written as JSON, too', () => {
  const evaluation = evaluationFolder();
  cpSync(goldenFile, path.join(evaluation, 'normal_dist.json'));
  const json = path.join(folder, 'results.json');
  const { status, lines } = parity('--golden', evaluation, '--json', json);
  expect(status).toBe(0);
  const { cases } = JSON.parse(readFileSync(goldenFile, 'utf8'));
  expect(lines.slice(0, -1)).toEqual(
    cases.map(({ name }: { name: string }) => `PASS evaluation/normal_dist.json#${name}`),
  );
  expect(lines.at(-1)).toBe(`parity: ${cases.length} passed, 0 skipped, 0 failed`);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    passed: cases.length,
    skipped: 0,
    failed: 0,
  });
});

test('a number that differs fails, and so does a file that nobody reads', () => {
  const evaluation = evaluationFolder();
  const golden = JSON.parse(readFileSync(goldenFile, 'utf8'));
  const [first] = golden.cases;
  const [member] = Object.keys(first.expected);
  first.expected[member ?? ''] = ['changed'];
  writeFileSync(path.join(evaluation, 'normal_dist.json'), JSON.stringify(golden));
  writeFileSync(path.join(evaluation, 'unheard_of.json'), '{"cases": []}');
  const { status, lines } = parity('--area', 'evaluation', '--golden', folder);
  expect(status).toBe(1);
  const failed = lines.filter((line) => line.startsWith('FAIL '));
  expect(failed).toHaveLength(2);
  expect(failed[0]).toContain(`evaluation/normal_dist.json#${first.name} /${member}`);
  expect(failed[1]).toContain('evaluation/unheard_of.json#* ');
});

test.each<[string, string[]]>([
  ['a folder that is not there', ['--golden', 'no-such-folder']],
  ['an area that does not exist', ['--area', 'weather']],
  ['an option that does not exist', ['--fast']],
])('%s exits with 2', (_, args) => {
  const { status, stderr } = parity(...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^parity: /u);
});

test('a folder in which nothing is compared exits with 2', () => {
  expect(parity('--area', 'evaluation', '--golden', evaluationFolder()).status).toBe(2);
});

test('of the project’s own golden files none may be missing, and none of their sections', () => {
  expect(missingFiles('evidence', readdirSync(path.join(root, 'test/golden/evidence')))).toEqual([]);
  const names = Object.keys(areas.guards.files).map((kind) => `${kind}.json`);
  expect(missingFiles('guards', names.slice(1))).toMatchObject([
    { file: names[0]!.slice(0, -5), outcome: 'FAIL' },
  ]);
  expect(() => sectionCases({}, 'tiers', [], () => ({}))).toThrow('no section "tiers"');
});
