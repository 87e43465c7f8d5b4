import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, heldOutText, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('bad-corpus');
const line = (text: string): string => `${JSON.stringify({ text })}\n`;

/**
 * A command on a corpus that no run can use: one error, its exit code, nothing left behind. Which corpus gives which error is
 * in `test/unit/certify/bad-corpora.test.ts`; all commands read the data by the same function.
 */
function check(
  command: 'certify' | 'run' | 'doctor',
  name: string,
  content: string | Uint8Array,
  expected: { readonly exitCode: number; readonly error: RegExp },
): void {
  const home = path.join(folder, command);
  const config = smallConfig(home);
  const text = readFileSync(config, 'utf8').replace(heldOutText, name);
  writeFileSync(
    config,
    command === 'run' ? asRun(text) : text.replace('certify:', `certify:\n  subject: ${baselineFolder}`),
  );
  writeFileSync(path.join(home, name), content);
  const run = runCli([command, '-c', config, '--profile', 'dev']);
  const shown = `${run.out}\n${run.err}`.split('\n');
  expect([run.code, shown.filter((one) => /\berror [A-Z]\d{3}:/u.test(one))]).toEqual([
    expected.exitCode,
    [expect.stringMatching(expected.error)],
  ]);
  for (const output of ['out', 'cert', 'runs']) expect(existsSync(path.join(home, output))).toBe(false);
}

function asRun(text: string): string {
  return `model: {id: ${baselineFolder}, adapter: auto}\noutput: {dir: runs}\n${text.slice(text.indexOf('dataset:'))}`;
}

test('certify, texts that are too short', () =>
  check('certify', 'short.txt.gz', new Uint8Array(gzipSync('a\n'.repeat(45))), {
    exitCode: 2,
    error: /error E304: Only 0 of 45 texts have at least two tokens/u,
  }));

test('run, texts that are not UTF-8', () =>
  check('run', 'latin-1.csv', new Uint8Array(Buffer.from('text\ncafé\n', 'latin1')), {
    exitCode: 2,
    error: /small\.invarlock\.yaml:\d+:\d+: error E306: .*latin-1\.csv .*Line 2: not valid UTF-8\./u,
  }));

test('doctor, the same text again and again', () =>
  check('doctor', 'again.jsonl', line('the river runs on').repeat(45), {
    exitCode: 1,
    error: /error T320: 39 of 40 windows repeat others/u,
  }));
