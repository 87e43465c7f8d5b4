import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, heldOutText } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('doctor');

function doctor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const run = runCli(['doctor', '--json', ...args], { cwd: folder, env });
  const report = JSON.parse(run.out);
  const codes: string[] = report.findings.map(
    ({ code, severity }: { code: string; severity: string }) => `${severity} ${code}`,
  );
  return { run, report, codes };
}

function config(name: string, dataset: string, rest = ''): string {
  const file = path.join(folder, `${name}.invarlock.yaml`);
  const certify = `certify: {baseline: ${baselineFolder}, subject: ${baselineFolder}, profile: dev}\n`;
  writeFileSync(file, `${certify}dataset: {${dataset}}\n${rest}`);
  return file;
}

const enough = `provider: local_jsonl, file: ${heldOutText}, seq_len: 128, preview_n: 200, final_n: 200`;

test('a sound configuration is healthy, with floors, memory and disk in the envelope', () => {
  const { run, report, codes } = doctor([
    '-c',
    config('sound', enough, 'eval: {bootstrap: {replicates: 1200}}\n'),
  ]);
  expect(run.code).toBe(0);
  // A device that a machine lacks is a note for each (D109): how many there are depends on the machine.
  expect(codes.filter((code) => code !== 'note D109')).toEqual([
    'note D007',
    'note D103',
    'note D104',
    'note D107',
    'note D108',
    'note D110',
  ]);
  expect(report.policy).toEqual({
    tier: 'balanced',
    floors: {
      pm_ratio: { min_tokens: 50_000, min_token_fraction: 0.01 },
      accuracy: { min_examples: 200, min_examples_fraction: 0.01 },
    },
  });
  expect(report.findings[0]).toMatchObject({ code: 'D007', tokens_min: 50_000, docs: expect.any(String) });
});

test.each(['ci', 'release'])('under %s everything is found that a strict profile asks for', (profile) => {
  const file = config(`strict-${profile}`, enough.replace('seq_len: 128', 'seq_len: 32'));
  const { run, codes } = doctor(['-c', file, '--profile', profile]);
  expect(run.code).toBe(1);
  expect(codes).toEqual(expect.arrayContaining(['error D008', 'note D007', 'note D107', 'note D108']));
});

test('too few tokens for the tier are an error before the run', () => {
  const dataset = enough.replace('seq_len: 128', 'seq_len: 32');
  const { run, codes } = doctor(['-c', config('few', dataset)]);
  expect(run.code).toBe(1);
  expect(codes).toContain('error D008');
});

test('a count that the profile brings is named once', () => {
  const counts = /, preview_n.*$/u;
  const file = config('ci-cpu', enough.replace(counts, ''), 'eval: {bootstrap: {replicates: 1200}}\n');
  const { codes } = doctor(['-c', file, '--profile', 'ci_cpu']);
  expect(codes.filter((code) => /C135|E005/u.test(code))).toEqual(['warning C135']);
});

test('problems of data, device and models are found together, each on its line', () => {
  const file = config(
    'many',
    enough.replace(heldOutText, 'nowhere.jsonl'),
    'model: {device: mps}\neval: {bootstrap: {replicates: 10}}\n',
  );
  const { run, report, codes } = doctor(['-c', file]);
  expect(run.code).toBe(1);
  expect(codes).toEqual(expect.arrayContaining(['error D002', 'error D011', 'warning D004']));
  for (const finding of report.findings.filter(({ code }: { code: string }) => /D002|D011|D004/u.test(code)))
    expect(finding).toMatchObject({ file, range: { start: { line: expect.any(Number) } } });
});

test('what is wrong with a model leads to the line that names it', () => {
  mkdirSync(path.join(folder, 'empty'), { recursive: true });
  const file = path.join(folder, 'cause.invarlock.yaml');
  const certify = `certify:\n  baseline: ${baselineFolder}\n  subject: empty\n  profile: dev\n`;
  writeFileSync(file, `${certify}dataset: {${enough}}\n`);
  const { report } = doctor(['-c', file]);
  const about = report.findings.filter(({ code }: { code: string }) => code.startsWith('M2'));
  expect(about.length).toBeGreaterThan(0);
  for (const { file: own, range, cause } of about)
    expect(own === file ? range : cause.range).toEqual({
      start: { line: 3, column: 12 },
      end: { line: 3, column: 17 },
    });
});

test('a provider that nobody knows, and data that would have to be downloaded', () => {
  const of = (provider: string, env: NodeJS.ProcessEnv = {}) => {
    const named = config('provider', `provider: ${provider}, seq_len: 8, preview_n: 200, final_n: 200`);
    return doctor(['-c', named], { HF_HOME: path.join(folder, 'hf'), ...env });
  };
  const unknown = of('wikitext3').report.findings.find(({ code }: { code: string }) => code === 'D001');
  expect(unknown.reason).toBe('unknown');
  // The doctor downloads nothing, also where it may.
  expect(of('hf_text').codes).toContain('error H801');
  expect(of('hf_text').codes).not.toContain('warning C140');
  expect(of('hf_text', { INVARLOCK_ALLOW_NETWORK: '1' }).codes).toContain('warning H802');
});

test('two reports are compared without a configuration', () => {
  const report = (name: string, split: string) => {
    mkdirSync(path.join(folder, name), { recursive: true });
    const windows = { preview: { window_ids: [0] }, final: { window_ids: [1] } };
    writeFileSync(
      path.join(folder, name, 'report.json'),
      JSON.stringify({ evaluation_windows: windows, provenance: { dataset_split: split } }),
    );
  };
  report('a', 'validation');
  report('b', 'test');
  const args = ['--baseline-report', 'a', '--subject-report', 'b'];
  expect(doctor(args)).toMatchObject({ run: { code: 0 }, codes: expect.arrayContaining(['warning D011']) });
  const strict = doctor([...args, '--strict', '--tier', 'conservative']);
  expect(strict).toMatchObject({ run: { code: 1 }, codes: expect.arrayContaining(['error D011']) });
  expect(strict.report.policy).toMatchObject({
    tier: 'conservative',
    floors: { pm_ratio: { min_tokens: 20_000 } },
  });
  expect(doctor(['--baseline', 'nowhere'])).toMatchObject({ run: { code: 1 } });
});
