import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { projectRoot, runCli, startCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, makeSubject, pokeWeight, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('certify');
const demoConfig = path.join(projectRoot, 'examples/configs/tiny-gpt2-dev.invarlock.yaml');
let int8: string;
/** The demo pair, whose certification several tests look at. */
let demo: ReturnType<typeof certify>;

beforeAll(() => {
  int8 = makeSubject(path.join(folder, 'int8'), 'quant_rtn', '--bits', '8');
  demo = certify('int8', int8, '-c', demoConfig);
});

function certify(name: string, subject: string, ...more: string[]) {
  const [out, certOut] = [path.join(folder, name, 'out'), path.join(folder, name, 'cert')];
  // Outside any work tree, so that a commit made meanwhile is no difference between two runs.
  const run = runCli(['certify', '--subject', subject, '--out', out, '--cert-out', certOut, ...more], {
    cwd: folder,
  });
  const file = path.join(certOut, 'evaluation.cert.json');
  return {
    ...run,
    out,
    certOut,
    file,
    outText: run.out,
    certificate: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined,
  };
}

test('the demo pair passes: artifacts at their paths, metric, interval and gates on the terminal', () => {
  const run = demo;
  expect([run.code, run.err]).toEqual([0, expect.stringContaining('baseline: 400/400 windows')]);
  const stamps = {
    source: readdirSync(path.join(run.out, 'source')),
    edited: readdirSync(path.join(run.out, 'edited')),
  };
  for (const [arm, names] of Object.entries(stamps)) {
    expect(names).toEqual([expect.stringMatching(/^\d{8}_\d{6}$/)]);
    expect(readdirSync(path.join(run.out, arm, names[0] ?? '')).sort()).toEqual([
      'events.jsonl',
      'report.json',
    ]);
  }
  expect(readdirSync(run.certOut).sort()).toEqual([
    'evaluation.cert.json',
    'evaluation_certificate.html',
    'evaluation_certificate.md',
    'manifest.json',
  ]);
  const { primary_metric: metric, validation, dataset, evaluation_windows: windows } = run.certificate;
  expect(metric.kind).toBe('ppl_causal');
  expect(Math.abs(metric.ratio_vs_baseline - 1)).toBeLessThan(1e-3);
  expect(metric.display_ci[0]).toBeLessThan(metric.ratio_vs_baseline);
  expect(metric.display_ci[1]).toBeGreaterThan(metric.ratio_vs_baseline);
  expect(validation).toMatchObject({
    preview_final_drift_acceptable: true,
    primary_metric_acceptable: true,
    primary_metric_tail_acceptable: true,
  });
  expect(Object.values(validation)).not.toContain(false);
  expect(dataset.windows).toMatchObject({ preview: 200, final: 200 });
  expect(windows).toBeDefined();
  expect(run.outText).toContain('PASS');
  expect(run.outText.toUpperCase()).not.toContain('NOT EVALUATED');
  expect(run.outText).toContain(run.file);
});

test('a second run gives the same certificate outside the volatile fields; -q prints five lines and no progress', () => {
  const run = certify('quiet', int8, '-c', demoConfig, '-q');
  expect([run.code, run.err]).toEqual([0, '']);
  expect(run.certificate.integrity).toBeDefined();
  expect(run.certificate.integrity).toEqual(demo.certificate.integrity);
  expect(run.outText.trim().split('\n')).toEqual([
    expect.stringMatching(/^invarlock \d/u),
    expect.stringContaining(' → '),
    expect.stringMatching(/^status: PASS \((\d+)\/\1 gates\)$/u),
    expect.stringMatching(/^ratio: 0\.9999 \(/u),
    `certificate: ${run.file}`,
  ]);
});

test('-q with -v is a usage error', () => {
  for (const command of ['certify', 'run', 'doctor', 'verify']) {
    expect([command, runCli([command, '-q', '-v', '-c', demoConfig]).code]).toEqual([command, 2]);
  }
});

test('a damaging edit fails its gate: exit 1, certificate written, verify agrees', () => {
  const subject = makeSubject(
    path.join(folder, 'int3'),
    'quant_rtn',
    '--bits',
    '3',
    '--granularity',
    'tensor',
  );
  const config = smallConfig(path.join(folder, 'int3-config'));
  const run = certify('int3-run', subject, '-c', config);
  expect([run.code, run.certificate.validation.primary_metric_acceptable]).toEqual([1, false]);
  expect(run.outText).toMatch(/FAIL[\s\S]*the ratio is above 1\.1/u);
  expect(runCli(['verify', run.file]).code).toBe(1);
  expect(certify('int3-allowed', subject, '-c', config, '--allow-gate-failure').code).toBe(0);
});

test('a NaN weight gives E111 and a failing certificate without NaN in any file', () => {
  const subject = pokeWeight(path.join(folder, 'nan'), 'transformer.h.2.attn.c_attn.weight', 3, Number.NaN);
  const run = certify('nan-run', subject, '-c', smallConfig(path.join(folder, 'nan-config')));
  expect([run.code, run.err]).toEqual([1, expect.stringContaining('E111')]);
  expect(run.certificate.primary_metric).toMatchObject({ invalid: true, final: null });
  expect(run.certificate.validation.invariants_pass).toBe(false);
  expect(run.certificate.gate_decisions.invariants_pass.reasons).toContain(
    'Values that are no finite numbers: parameter::transformer.h.2.attn.c_attn.weight',
  );
  expect(run.certificate.spectral.attribution.sentence).toMatch(
    /^Only transformer\.h\.2\.attn\.c_attn\.weight/u,
  );
  expect(readFileSync(run.file, 'utf8')).not.toMatch(/\bNaN\b|\bInfinity\b/u);
});

test('--preset takes data from the file and models from flags', () => {
  const preset = smallConfig(path.join(folder, 'preset'));
  const run = certify(
    'preset-run',
    int8,
    '--preset',
    preset,
    '--baseline',
    baselineFolder,
    '--profile',
    'dev',
    '--allow-gate-failure',
  );
  expect([run.code, run.certificate?.dataset.windows.final]).toEqual([0, 20]);
});

test('the file of -c gives folders relative to itself and flags win', () => {
  const config = smallConfig(path.join(folder, 'relative'));
  const run = runCli(
    [
      'certify',
      '-c',
      config,
      '--subject',
      int8,
      '--cert-out',
      path.join(folder, 'elsewhere'),
      '--allow-gate-failure',
    ],
    { cwd: folder },
  );
  expect(run.code).toBe(0);
  expect(existsSync(path.join(folder, 'relative/out/source'))).toBe(true);
  expect(existsSync(path.join(folder, 'elsewhere/evaluation.cert.json'))).toBe(true);
  expect(existsSync(path.join(folder, 'relative/cert'))).toBe(false);
});

test('a certificate that was changed does not verify', () => {
  const run = demo;
  expect(runCli(['verify', run.file]).code).toBe(0);
  const changed = {
    ...run.certificate,
    primary_metric: { ...run.certificate.primary_metric, final: run.certificate.primary_metric.final * 0.99 },
  };
  const file = path.join(folder, 'tampered.cert.json');
  writeFileSync(file, JSON.stringify(changed));
  const verified = runCli(['verify', file]);
  expect([verified.code, verified.out]).toEqual([1, expect.stringContaining('FAIL')]);
  const envelope = JSON.parse(runCli(['verify', file, '--json']).out);
  expect(envelope).toMatchObject({
    format_version: 'verify-v1',
    summary: { ok: false },
    resolution: { exit_code: 1 },
  });
});

test('every guard compared the two models, and verify --profile ci accepts what they measured', () => {
  const { certificate, file } = demo;
  const { invariants, spectral, rmt, validation } = certificate;
  expect([invariants.passed, spectral.passed, rmt.passed]).toEqual([true, true, true]);
  expect(validation).toMatchObject({ invariants_pass: true, spectral_stable: true, rmt_stable: true });
  expect(spectral.attribution).toMatchObject({ changed_weights: 16, compared_weights: 52 });
  expect(runCli(['verify', file, '--profile', 'ci']).code).toBe(0);
  const forged = path.join(folder, 'forged.json');
  const weights = spectral.weights.map((weight: object, index: number) =>
    index === 6 ? { ...weight, distance: 0.9 } : weight,
  );
  writeFileSync(forged, JSON.stringify({ ...certificate, spectral: { ...spectral, weights } }));
  const verified = runCli(['verify', forged, '--profile', 'ci']);
  expect([verified.code, verified.out]).toEqual([3, expect.stringContaining('spectral.passed is true')]);
});

test('two runs at once into the same folders both end well and keep their own reports', async () => {
  const home = path.join(folder, 'at-once');
  const config = smallConfig(home);
  const args = ['certify', '-c', config, '--subject', int8, '--allow-gate-failure'];
  const codes = await Promise.all([startCli(args), startCli(args)]);
  expect(codes).toEqual([0, 0]);
  for (const arm of ['source', 'edited']) {
    const runs = readdirSync(path.join(home, 'out', arm));
    expect(runs.length).toBe(2);
    for (const run of runs) {
      const events = readFileSync(path.join(home, 'out', arm, run, 'events.jsonl'), 'utf8')
        .trim()
        .split('\n');
      expect(new Set(events.map((line) => JSON.parse(line).run_id)).size).toBe(1);
    }
  }
  expect(readdirSync(path.join(home, 'cert')).length).toBe(4);
  expect(runCli(['verify', path.join(home, 'cert/evaluation.cert.json'), '--json']).out).toContain(
    '"recompute"',
  );
});
