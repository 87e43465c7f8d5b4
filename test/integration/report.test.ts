import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeSubject, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('report');
const at = (...parts: readonly string[]) => path.join(folder, ...parts);
const certificate = at('cert', 'evaluation.cert.json');
const cli = (...args: readonly string[]) => runCli(args, { cwd: folder });

/** The same certification twice, and once more of another subject. Too few tokens, so that a gate fails. */
beforeAll(() => {
  const config = smallConfig(folder, '');
  const int8 = makeSubject(at('int8'), 'quant_rtn', '--bits', '8');
  const pruned = makeSubject(at('pruned'), 'prune', '--sparsity', '0.5');
  for (const [subject, runs, cert] of [
    [int8, 'runs', 'cert'],
    [int8, 'again', 'cert-again'],
    [pruned, 'pruned-runs', 'cert-pruned'],
  ] as const) {
    const run = runCli(
      ['certify', '-c', config, '--subject', subject, '--out', at(runs), '--cert-out', at(cert)],
      { cwd: folder },
    );
    if (run.code !== 1) throw new Error(`certify was to fail a gate:\n${run.out}${run.err}`);
  }
});

function write(name: string, change: (document: Record<string, never>) => unknown): string {
  const file = at(name);
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(certificate, 'utf8')))));
  return file;
}

test('explain says for each gate what it saw and what to do, from the folders of the runs', () => {
  const run = cli('report', 'explain', '--report', 'runs', '--baseline', 'runs');
  expect(run.code).toBe(0);
  expect(run.out).toContain('Primary metric against the baseline: FAIL');
  expect(run.out).toContain('at most 1.10x, plus 0.002 hysteresis');
  expect(run.out).toMatch(/to do: +Evaluate [\d,]+ more tokens/u);
  expect(run.out).toContain('0.95x to 1.05x');
  const quiet = cli('report', 'explain', '--report', 'runs', '--baseline', 'runs', '-q');
  expect(quiet.out).not.toContain('NOT EVALUATED');
});

test('explain --json agrees with the certificate', () => {
  const run = cli('report', 'explain', '--report', 'runs', '--baseline', 'runs/source', '--json');
  const { format_version, verdict, gates } = JSON.parse(run.out);
  expect([run.code, format_version, verdict]).toEqual([0, 'explain-v1', 'FAIL']);
  const { primary_metric, validation } = JSON.parse(readFileSync(certificate, 'utf8'));
  const [metric] = gates;
  expect(metric).toMatchObject({
    name: 'primary_metric_acceptable',
    measured: primary_metric.ratio_vs_baseline,
    interval: primary_metric.display_ci,
    status: 'fail',
  });
  expect(validation.primary_metric_acceptable).toBe(false);
});

test.each<[string, readonly string[], number, RegExp]>([
  ['explain without a report', ['explain', '--report', 'nowhere', '--baseline', 'runs'], 1, /U703.*nowhere/u],
  [
    'explain of a certificate',
    ['explain', '--report', 'cert/evaluation.cert.json', '--baseline', 'runs'],
    1,
    /V530/u,
  ],
  ['explain without options', ['explain'], 2, /required option/u],
  ['report without a run', [], 2, /U701.*--run/u],
  ['an unknown format', ['--run', 'runs', '--format', 'pdf'], 2, /Allowed choices are json, md/u],
  ['a certificate without a baseline', ['--run', 'runs', '--format', 'cert'], 1, /U701.*--baseline/u],
  ['a baseline without a certificate', ['--run', 'runs', '--baseline', 'runs'], 2, /U702/u],
  ['a run that is not there', ['--run', 'nowhere'], 1, /U703/u],
  ['html without options', ['html'], 2, /required option/u],
  ['html of nothing', ['html', '-i', 'nowhere', '-o', 'x.html'], 1, /U703/u],
  ['compare of one file', ['compare', 'cert/evaluation.cert.json'], 2, /at least two/u],
  ['compare with nothing', ['compare', 'cert/evaluation.cert.json', 'nowhere'], 2, /U703/u],
  ['compare of other files', ['compare', 'small.invarlock.yaml', 'small.invarlock.yaml'], 2, /V501/u],
  ['quiet and verbose', ['validate', '-q', '-v', 'cert/evaluation.cert.json'], 2, /cannot be used with/u],
])('%s', (_name, args, code, message) => {
  const run = cli('report', ...args);
  expect([run.code, run.err]).toEqual([code, expect.stringMatching(message)]);
});

test.each<[string, readonly string[]]>([
  ['json', ['evaluation.json']],
  ['md', ['evaluation.md']],
  ['markdown', ['evaluation.md']],
  ['html', ['evaluation.html']],
  ['all', ['evaluation.html', 'evaluation.json', 'evaluation.md']],
])('--format %s writes %j', (format, expected) => {
  const out = at(`as-${format}`);
  const run = cli('report', '--run', 'runs', '--format', format, '-o', out);
  expect([run.code, readdirSync(out).sort()]).toEqual([0, expected]);
  for (const name of expected) expect(run.out).toContain(path.join(out, name));
});

test('the folder is named after the run, and the JSON is the report', () => {
  const [stamp = ''] = readdirSync(at('runs/edited'));
  expect(cli('report', '--run', path.join('runs/edited', stamp)).code).toBe(0);
  expect(readFileSync(at(`reports_${stamp}`, 'evaluation.json'), 'utf8')).toBe(
    readFileSync(at('runs/edited', stamp, 'report.json'), 'utf8'),
  );
});

test('--format cert makes the certificate again: the same outside volatile fields, and 1 for a failed gate', () => {
  const run = cli('report', '--run', 'runs', '--baseline', 'runs', '--format', 'cert', '-o', 'rebuilt');
  expect([run.code, run.out]).toEqual([1, expect.stringMatching(/^FAIL/u)]);
  const compared = cli('report', 'compare', '--ignore-volatile', certificate, 'rebuilt/evaluation.cert.json');
  expect([compared.code, compared.out]).toEqual([0, expect.stringContaining('0 differences')]);
});

test('two runs on the same inputs are equal outside volatile fields, certificates and reports alike', () => {
  const [first, second] = ['runs', 'again'].map((name) => {
    const [stamp = ''] = readdirSync(at(name, 'edited'));
    return at(name, 'edited', stamp, 'report.json');
  });
  for (const pair of [
    [certificate, at('cert-again/evaluation.cert.json')],
    [first!, second!],
  ]) {
    expect(cli('report', 'compare', '--ignore-volatile', ...pair).code).toBe(0);
    expect(cli('report', 'compare', ...pair).code).toBe(1);
  }
  const mixed = cli('report', 'compare', certificate, first!);
  expect([mixed.code, mixed.err]).toEqual([
    2,
    expect.stringContaining('cannot be compared with a run report'),
  ]);
});

test('other subjects differ: differences first, then side by side', () => {
  const other = at('cert-pruned/evaluation.cert.json');
  const run = cli('report', 'compare', '--ignore-volatile', certificate, other);
  expect(run.code).toBe(1);
  const place = (text: string) => run.out.indexOf(text);
  expect(place('primary_metric/final')).toBeGreaterThan(0);
  expect(place('primary_metric/final')).toBeLessThan(place('dataset/'));
  expect(place('ratio vs baseline')).toBeGreaterThan(place('equal values'));
  const json = JSON.parse(
    cli('report', 'compare', '--ignore-volatile', '--json', certificate, other, certificate).out,
  );
  expect(json).toMatchObject({
    format_version: 'compare-v1',
    kind: 'certificate',
    equal: false,
    resolution: { exit_code: 1 },
  });
  expect(json.comparisons.map(({ equal }: { equal: boolean }) => equal)).toEqual([false, true]);
});

test('validate looks at the schema alone: 0, 1 unreadable, 2 invalid', () => {
  const invalid = write('invalid.cert.json', (document) => ({ ...document, schema_version: 'v2' }));
  const deviating = write('deviating.cert.json', (document) => ({ ...document, plugins: 'none' }));
  writeFileSync(at('broken.cert.json'), '{"a":');
  expect(cli('report', 'validate', certificate)).toMatchObject({ code: 0, out: `valid: ${certificate}\n` });
  expect(cli('report', 'validate', invalid)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/:1:\d+: error E601/u),
  });
  expect(cli('report', 'validate', 'broken.cert.json')).toMatchObject({
    code: 1,
    err: expect.stringContaining('V501'),
  });
  expect(cli('report', 'validate', 'nowhere')).toMatchObject({
    code: 1,
    err: expect.stringContaining('U703'),
  });
  const lenient = cli('report', 'validate', deviating, '--json');
  expect([lenient.code, JSON.parse(lenient.out)]).toEqual([
    0,
    expect.objectContaining({ format_version: 'validate-v1', ok: true, deviations: 1 }),
  ]);
});

test('html writes one page, keeps an existing one, and leaves the style out when asked', () => {
  const page = at('page.html');
  expect(cli('report', 'html', '-i', certificate, '-o', page).code).toBe(0);
  expect(readFileSync(page, 'utf8')).toMatch(/<style>[\s\S]*FAIL/u);
  expect(cli('report', 'html', '-i', certificate, '-o', page, '--no-embed-css')).toMatchObject({
    code: 1,
    err: expect.stringContaining('U704'),
  });
  expect(cli('report', 'html', '-i', certificate, '-o', page, '--no-embed-css', '--force').code).toBe(0);
  expect(readFileSync(page, 'utf8')).not.toContain('<style>');
  const invalid = write('no-metric.cert.json', (document) => ({ ...document, primary_metric: {} }));
  expect(cli('report', 'html', '-i', invalid, '-o', at('never.html')).code).toBe(2);
  expect(existsSync(at('never.html'))).toBe(false);
});

test('report verify is verify: human unless --json', () => {
  const human = cli('report', 'verify', certificate);
  expect(human).toMatchObject({ code: 1, out: expect.stringMatching(/^FAIL .*evaluation\.cert\.json\n/u) });
  expect(JSON.parse(cli('report', 'verify', certificate, '--json').out)).toMatchObject({
    format_version: 'verify-v1',
    resolution: { exit_code: 1 },
  });
});
