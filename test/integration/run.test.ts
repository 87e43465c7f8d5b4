import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import {
  baselineFolder,
  copyBaseline,
  makeSubject,
  pokeWeight,
  smallConfig,
} from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('run');
let config: string;
let baselineReport: string;
let subject: string;

const modelSection = (model: string) => `model: { id: ${model}, adapter: hf_causal }\n`;

beforeAll(() => {
  subject = makeSubject(path.join(folder, 'int8'), 'quant_rtn');
  config = smallConfig(path.join(folder, 'base'), `${modelSection(baselineFolder)}output: { dir: runs }\n`);
  const run = runCli(['run', '-c', config, '--json']);
  if (run.code !== 0) throw new Error(run.err);
  baselineReport = JSON.parse(run.out).report;
});

const certify = (name: string, ...more: string[]) => {
  const [out, cert] = [path.join(folder, name, 'out'), path.join(folder, name, 'cert')];
  const args = [
    'certify',
    '-c',
    config,
    '--subject',
    subject,
    '--out',
    out,
    '--cert-out',
    cert,
    '--allow-gate-failure',
  ];
  return { ...runCli([...args, ...more]), out, cert };
};

test('run writes one report below the output folder of the file, with its events', () => {
  expect(path.relative(path.join(folder, 'base/runs'), baselineReport)).toMatch(
    /^\d{8}_\d{6}\/report\.json$/u,
  );
  expect(readdirSync(path.dirname(baselineReport)).sort()).toEqual(['events.jsonl', 'report.json']);
  const report = JSON.parse(readFileSync(baselineReport, 'utf8'));
  expect(report.metrics).toMatchObject({ window_pairing_reason: 'no_baseline_reference' });
  expect(Object.keys(report.meta.model_identity.files)).toEqual([
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const events = readFileSync(path.join(path.dirname(baselineReport), 'events.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const parsed = events.map((line) => JSON.parse(line));
  const ofGuards = parsed.filter(({ component }) => component === 'guards');
  expect(ofGuards.map(({ data }) => data.guard)).toEqual(['invariants', 'spectral', 'rmt', 'variance']);
  expect(ofGuards.slice(0, 2).map(({ operation }) => operation)).toEqual(['prepared', 'prepared']);
  const others = parsed.filter(({ component }) => component !== 'guards');
  expect(others.map(({ component, operation }) => `${component}.${operation}`)).toEqual([
    'logger.session_start',
    'runner.start',
    'eval.start',
    'eval.bootstrap_coverage_warning',
    'eval.complete',
    'runner.complete',
    'logger.session_end',
  ]);
});

test('run pairs with a baseline report', () => {
  const paired = smallConfig(path.join(folder, 'paired'), modelSection(subject));
  const run = runCli([
    'run',
    '-c',
    paired,
    '--baseline',
    path.dirname(baselineReport),
    '--out',
    path.join(folder, 'paired-runs'),
    '--edit-label',
    'int8',
  ]);
  expect([run.code, run.out]).toEqual([0, expect.stringContaining('ratio vs baseline: 1.00')]);
  const [stamp = ''] = readdirSync(path.join(folder, 'paired-runs'));
  const report = JSON.parse(readFileSync(path.join(folder, 'paired-runs', stamp, 'report.json'), 'utf8'));
  expect([
    report.metrics.window_match_fraction,
    report.metrics.window_pairing_reason,
    report.edit.name,
  ]).toEqual([1, null, 'int8']);
});

test('certify reuses a baseline report: the same metric, the baseline not evaluated', () => {
  // The divergence would evaluate the baseline's final windows again.
  const full = certify('full', '--no-divergence');
  const reused = certify('reused', '--baseline-report', baselineReport, '--no-divergence');
  expect([full.code, reused.code, reused.err]).toEqual([0, 0, expect.not.stringContaining('baseline: ')]);
  expect(readdirSync(reused.out)).toEqual(['edited']);
  const metric = (cert: string) =>
    JSON.parse(readFileSync(path.join(cert, 'evaluation.cert.json'), 'utf8')).primary_metric;
  expect(metric(reused.cert)).toEqual(metric(full.cert));
});

const changed = (name: string, change: (report: Record<string, never>) => void) => {
  const report = JSON.parse(readFileSync(baselineReport, 'utf8'));
  change(report);
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(report));
  return file;
};

// biome-ignore lint/suspicious/noExplicitAny: each case breaks another part of the report.
test.each<[string, (report: any) => void, string]>([
  ['of a subject', (report) => (report.edit.name = 'custom'), 'U709'],
  ['of another profile', (report) => (report.context.profile = 'ci'), 'U709'],
  ['of another tier', (report) => (report.meta.auto.tier = 'aggressive'), 'U709'],
  ['of another model', (report) => (report.meta.model_identity.sha256 = 'f'.repeat(64)), 'U709'],
  ['with other tokens', (report) => (report.evaluation_windows.final.input_ids[0][0] = 1), 'E001'],
  ['without windows', (report) => (report.evaluation_windows.final.window_ids = []), 'U709'],
])('a baseline report %s is refused before anything is evaluated', (name, change, code) => {
  const run = certify(`refused-${name}`, '--baseline-report', changed(name.replaceAll(' ', '-'), change));
  expect([run.code, run.err]).toEqual([2, expect.stringContaining(`error ${code}:`)]);
  expect([existsSync(run.out), existsSync(run.cert)]).toEqual([false, false]);
});

test('a report that names no model files is used with a warning', () => {
  const file = changed(
    'untied',
    (report: Record<string, Record<string, unknown>>) => delete report.meta?.model_identity,
  );
  const run = certify('untied-run', '--baseline-report', file);
  expect([run.code, run.err]).toEqual([0, expect.stringContaining('warning U710')]);
});

test('a report of other data is refused', () => {
  const other = smallConfig(path.join(folder, 'other'), modelSection(baselineFolder));
  writeFileSync(other, readFileSync(other, 'utf8').replace('seq_len: 32', 'seq_len: 16'));
  const run = runCli(['certify', '-c', other, '--subject', subject, '--baseline-report', baselineReport]);
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('seq_len')]);
});

test('a run whose metric is not finite exits with 1 and says so', () => {
  const broken = pokeWeight(path.join(folder, 'nan'), 'transformer.wte.weight', 0, Number.NaN);
  const file = smallConfig(path.join(folder, 'nan-config'), modelSection(broken));
  const run = runCli(['run', '-c', file, '--out', path.join(folder, 'nan-runs')]);
  expect([run.code, run.out]).toEqual([1, expect.stringContaining('not finite')]);
});

test.each<[string, string[], string, number]>([
  ['no model', [], 'C116', 2],
  ['--until-pass', ['--until-pass'], 'U713', 2],
])('run with %s', (_, more, code, exitCode) => {
  const run = runCli(['run', '-c', smallConfig(path.join(folder, 'plain')), ...more]);
  expect([run.code, run.err]).toEqual([exitCode, expect.stringContaining(`error ${code}:`)]);
});

test('a time limit stops a run and leaves nothing', () => {
  const run = certify('timeout', '--timeout', '0.001');
  expect([run.code, run.err]).toEqual([1, expect.stringContaining('error U711:')]);
  expect(existsSync(run.out)).toBe(false);
});

test('the windows of a copy under another name are the same model', () => {
  const copy = copyBaseline(path.join(folder, 'renamed'));
  const run = certify('renamed-run', '--baseline', copy, '--baseline-report', baselineReport);
  expect(run.code).toBe(0);
});
