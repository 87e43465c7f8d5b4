import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('run-edit');
let baselineReport: string;

/** Forty short windows decide: the floors of tokens and the drift band stand aside, the limit does not. */
const env = { INVARLOCK_CONFIG_ROOT: path.join(folder, 'root') };
const model = `model: {id: ${baselineFolder}}\nprimary_metric: {drift_band: [0.5, 2]}\noutput: {dir: runs}\n`;

beforeAll(() => {
  mkdirSync(path.join(folder, 'root/runtime/profiles'), { recursive: true });
  writeFileSync(
    path.join(folder, 'root/runtime/tiers.yaml'),
    'balanced:\n  metrics: {pm_ratio: {ratio_limit_base: 1.1, min_tokens: 100}}\n',
  );
  writeFileSync(
    path.join(folder, 'root/runtime/profiles/Nightly.yaml'),
    'dataset: {preview_n: 24, final_n: 24}\n',
  );
  baselineReport = run('baseline', '', []).json.report;
});

function run(name: string, edit: string, args: readonly string[]) {
  const config = smallConfig(path.join(folder, name), model + edit);
  const result = runCli(['run', '-c', config, '--json', ...args], { env });
  const stamps = path.join(folder, name, 'runs');
  return {
    ...result,
    json: result.out === '' ? undefined : JSON.parse(result.out),
    runs: existsSync(stamps) ? readdirSync(stamps).sort() : [],
  };
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const untilPass = () => ['--baseline', baselineReport, '--until-pass'];

test('run applies the edit of the file, keeps the model with the report, and describes what changed', () => {
  const edit = 'edit: {name: quant_rtn, plan: {bitwidth: 8, scope: attn, max_modules: 3}}\n';
  const { code, json } = run('applied', edit, [
    '--edit',
    'quant_rtn',
    '--baseline',
    baselineReport,
    '--probes',
    '4',
  ]);
  expect(code).toBe(0);
  const report = read(json.report);
  const modelFolder = path.join(path.dirname(json.report), 'model');
  expect(report.artifacts.checkpoint_path).toBe(modelFolder);
  expect(readdirSync(modelFolder)).toContain('model.safetensors');
  const tensors = [
    'transformer.h.0.attn.c_attn.weight',
    'transformer.h.0.attn.c_proj.weight',
    'transformer.h.1.attn.c_attn.weight',
  ];
  expect(report.edit).toMatchObject({
    name: 'quant_rtn',
    algorithm: 'quant_rtn',
    plan_digest: 'rtn_quantization_8bit_attn',
    plan: { kind: 'quantize', bits: 8, scheme: 'rtn-reference', scope: 'attn', max_modules: 3 },
    applied_by: 'invarlock',
    base: { model_id: baselineFolder },
    tensors_changed: tensors,
  });
  const { params_changed, layers_modified, bitwidth_map } = report.edit.deltas;
  expect([layers_modified, Object.keys(bitwidth_map)]).toEqual([2, tensors.map((name) => name.slice(0, -7))]);
  const record = read(path.join(modelFolder, 'edit.json'));
  expect([record.base_sha256 === record.sha256, record.changed, record.parameters_changed]).toEqual([
    false,
    tensors,
    params_changed,
  ]);
  expect(report.meta).toMatchObject({ model_id: baselineFolder, auto: { probes: 4 } });
  expect(report.metrics.primary_metric.ratio_vs_baseline).not.toBe(1);
});

test('certify --edit is the certification of a subject made elsewhere, but for the edit block', () => {
  const edit = 'edit: {name: prune, plan: {sparsity: 0.1}}\n';
  const config = smallConfig(path.join(folder, 'own'), model + edit);
  const made = path.join(folder, 'made');
  expect(runCli(['edit', 'prune', '--sparsity', '0.1', '--model', baselineFolder, '--out', made]).code).toBe(
    0,
  );
  const certify = (name: string, ...args: string[]) => {
    const [out, cert] = [path.join(folder, name, 'out'), path.join(folder, name, 'cert')];
    const result = runCli(['certify', '-c', config, '--out', out, '--cert-out', cert, ...args], { env });
    return { ...result, file: path.join(cert, 'evaluation.cert.json'), out };
  };
  const own = certify('own-edit', '--edit', 'prune', '--timing');
  const other = certify('other-edit', '--subject', made, '--style', 'friendly', '--no-banner');
  expect([own.code, other.code]).toEqual([0, 0]);
  const [ownCertificate, otherCertificate] = [read(own.file), read(other.file)];
  expect(ownCertificate.primary_metric).toEqual(otherCertificate.primary_metric);
  expect(ownCertificate.edit).toMatchObject({
    name: 'prune',
    plan_digest: 'prune10',
    plan: { sparsity: 0.1 },
  });
  expect(otherCertificate.edit.name).toBe('custom');
  const { structure } = ownCertificate;
  expect(structure.params_changed).toBe(otherCertificate.structure.params_changed);
  expect(structure.sparsity).toBeCloseTo(0.1, 3);
  // What is seen in the weights does not depend on who made them.
  expect(ownCertificate.edit.weights).toEqual(otherCertificate.edit.weights);
  expect(otherCertificate.edit.weights).toMatchObject({
    evaluated: true,
    tensors: 52,
    tensors_changed: 16,
    observed_sparsity: expect.closeTo(0.1, 2),
    observed_bits: null,
  });
  expect(runCli(['verify', own.file]).code).toBe(0);
  const [stamp = ''] = readdirSync(path.join(own.out, 'edited'));
  expect(readFileSync(path.join(own.out, 'edited', stamp, 'model/model.safetensors'))).toEqual(
    readFileSync(path.join(made, 'model.safetensors')),
  );
  // The styles of both, as they are seen.
  expect(own.err).toMatch(/^╔═+╗$/mu);
  expect(own.err).toMatch(/^PHASE 2\/3 · SUBJECT EVALUATION$/mu);
  expect(own.err).toMatch(/^\[EDIT\] Applying prune10 to /mu);
  expect(own.out.length).toBeGreaterThan(0);
  expect(other.err).toMatch(/^\[2\/3\] Subject /mu);
  expect(other.err).not.toMatch(/╔|\[EXEC\]/u);
});

test('until-pass tries weaker edits in folders of their own, and the evidence says that it did', () => {
  const edit = 'edit: {name: quant_rtn, plan: {bitwidth: 3, scope: all}}\n';
  const { code, json, runs } = run('tries', edit, ['--edit', 'quant_rtn', ...untilPass(), '--telemetry']);
  expect([code, json.until_pass.outcome]).toEqual([0, 'passed']);
  const { attempts } = json.until_pass;
  expect(attempts.map(({ edit: name, passed }: { edit: string; passed: boolean }) => [name, passed])).toEqual(
    [
      ['int3-rtn-reference-all', false],
      ['int5-rtn-reference-all', false],
      ['int7-rtn-reference-all', true],
    ],
  );
  expect(attempts[0].failed_gates).toContain('primary_metric_acceptable');
  // So few windows let the edge risk of a family move by more than the metric does.
  expect(attempts[1].failed_gates).toEqual(['rmt_stable']);
  expect([runs.length, json.report]).toEqual([3, attempts[2].report]);
  const earlier = [attempts[0], attempts[1]].map(({ report: _, ...attempt }) => attempt);
  expect(read(attempts[2].report).edit.retry).toEqual({ attempt: 3, max_attempts: 3, earlier });
  for (const { report } of attempts) {
    expect(readdirSync(path.dirname(report)).sort()).toEqual([
      'events.jsonl',
      'model',
      'report.json',
      'telemetry.json',
    ]);
  }
  const cert = path.join(folder, 'tries-cert');
  const args = ['report', '--run', json.report, '--baseline', baselineReport, '--format', 'cert', '-o', cert];
  expect(runCli(args, { env }).code).toBe(0);
  expect(read(path.join(cert, 'evaluation.cert.json')).edit.retry.attempt).toBe(3);
});

test.each([
  ['attempts_exhausted', '{name: prune, plan: {sparsity: 0.9}}', 'prune', ['--max-attempts', '1']],
  ['no_weaker_edit', '{name: quant_rtn, plan: {scope: attn, clamp_ratio: 0.5}}', 'quant_rtn', []],
] as const)('until-pass exits with 1 after one attempt: %s', (outcome, edit, kind, more) => {
  const { code, err, json, runs } = run(outcome, `edit: ${edit}\n`, [
    '--edit',
    kind,
    ...untilPass(),
    ...more,
  ]);
  expect([code, json.until_pass.outcome, runs.length]).toEqual([1, outcome, 1]);
  expect(err).toContain('No attempt passes its gates');
});

test.each<[string, () => string[], string]>([
  ['no edit of its own', () => untilPass(), '--until-pass needs --edit'],
  ['an edit that does nothing', () => ['--edit', 'noop', ...untilPass()], '--until-pass needs --edit'],
  ['no baseline', () => ['--edit', 'quant_rtn', '--until-pass'], '--until-pass needs --baseline'],
  ['no until-pass', () => ['--max-attempts', '2'], '--max-attempts goes with --until-pass only'],
])('with %s it is refused', (name, args, message) => {
  const { code, err, runs } = run(`refused-${name.replaceAll(' ', '-')}`, '', args());
  expect([code, err, runs]).toEqual([2, expect.stringContaining(`error U713: ${message}`), []]);
});

test('an edit and a subject made elsewhere exclude each other', () => {
  const config = smallConfig(path.join(folder, 'both'), '');
  const both = runCli(['certify', '-c', config, '--edit', 'quant_rtn', '--subject', baselineFolder]);
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('error U702:')]);
});

test('a report without tokens can be shown, but nothing can be paired with it', () => {
  const config = smallConfig(path.join(folder, 'no-tokens'), model);
  const { out } = runCli(['run', '-c', config, '--json'], {
    env: { ...env, INVARLOCK_STORE_EVAL_WINDOWS: '0' },
  });
  const { report } = JSON.parse(out);
  const { evaluation_windows: windows, meta } = read(report);
  expect([windows.final.input_ids, windows.final.window_ids.length]).toEqual([[], 20]);
  expect(meta.env_flags.INVARLOCK_STORE_EVAL_WINDOWS).toBe('0');
  const paired = run('paired-with-nothing', '', ['--baseline', report]);
  expect([paired.code, paired.err]).toEqual([2, expect.stringContaining('error U709:')]);
});

test('a profile of its own name counts, stands in the report, and nobody else knows it', () => {
  const args = ['--profile', 'nightly', '--style', 'audit', '--no-cleanup'];
  const known = run('nightly', '', args);
  expect([known.code, known.err]).toEqual([0, expect.stringContaining('warning U714')]);
  const report = read(known.json.report);
  expect([report.context.profile, report.data.preview_n]).toEqual(['nightly', 24]);
  const config = smallConfig(path.join(folder, 'unknown'), model);
  const unknown = runCli(['run', '-c', config, '--profile', 'nightly']);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('error C112:')]);
});
