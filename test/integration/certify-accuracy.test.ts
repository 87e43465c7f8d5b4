import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { verifyCertificate } from '../../engine/verify/verify-certificate.ts';
import { forge } from '../fixtures/forge-certificate.ts';
import { type CliRun, projectRoot, runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** Certifications on labelled data: 24 + 24 questions, so that a run takes a second or two. */
const root = temporaryFolder('accuracy');
const models = fileURLToPath(new URL('../fixtures/models', import.meta.url));
const questions = path.join(projectRoot, 'examples/data/questions.jsonl');

/** A copy with a few weights much larger. */
function subjectOf(model: string): string {
  const folder = path.join(root, `${model}-subject`);
  cpSync(path.join(models, model), folder, { recursive: true });
  const file = path.join(folder, 'model.safetensors');
  const bytes = readFileSync(file);
  const data = 8 + Number(bytes.readBigUInt64LE(0));
  for (let at = data; at + 4 <= bytes.length; at += 40) bytes.writeFloatLE(bytes.readFloatLE(at) * 8, at);
  writeFileSync(file, bytes);
  return folder;
}

function configFile(model: string, file = questions): string {
  const folder = path.join(root, `${model}-run`);
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, 'run.invarlock.yaml');
  writeFileSync(
    config,
    `certify:
  baseline: ${path.join(models, model)}
  subject: ../${model}-subject
  profile: dev
  out: out
  cert_out: cert
dataset:
  provider: local_jsonl_tasks
  file: ${file}
  preview_n: 24
  final_n: 24
  seq_len: 64
eval:
  bootstrap: { replicates: 200 }
`,
  );
  return config;
}

const certificateOf = (model: string) =>
  JSON.parse(readFileSync(path.join(root, `${model}-run/cert/evaluation.cert.json`), 'utf8'));

const errorsOf = (text: string) =>
  verifyCertificate(text, { profile: 'dev' }).findings.flatMap(({ code, severity, pointer }) =>
    severity === 'error' ? [`${code} ${pointer}`] : [],
  );

let llama: CliRun;
beforeAll(() => {
  subjectOf('tiny-llama');
  llama = runCli(['certify', '-c', configFile('tiny-llama')]);
});

test('the certificate holds what each model answered, and everything follows from that', () => {
  const certificate = certificateOf('tiny-llama');
  const { primary_metric: metric, evaluation_windows: windows, baseline_ref: baseline } = certificate;
  expect(llama.code).toBe(1);
  expect(llama.out).toMatch(/answers \d+\.\d % right and .* \d+\.\d %: [+-]\d+\.\d\d pp/);
  expect(metric).toMatchObject({ kind: 'accuracy', n_final: 24, counts_source: 'measured', invalid: false });
  const right = windows.final.examples.filter(({ correct }: { correct: boolean }) => correct).length;
  const before = windows.baseline.final.examples.filter(
    ({ correct }: { correct: boolean }) => correct,
  ).length;
  expect([metric.final, baseline.primary_metric.final]).toEqual([right / 24, before / 24]);
  // The model was trained: it knows more than chance, and the edit costs it some answers.
  expect(before).toBeGreaterThan(right);
  expect(metric.delta_pp).toBeCloseTo((100 * (right - before)) / 24, 9);
  expect(metric.mcnemar.gained - metric.mcnemar.lost).toBe(right - before);
  expect(certificate.metrics.classification).toMatchObject({ n_correct: right, n_total: 24 });
  const kinds = windows.final.examples.map(({ kind }: { kind: string }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['multiple_choice', 'exact_match']));
  expect(certificate.gate_decisions.primary_metric_acceptable.reasons).toContain(
    '24 examples were evaluated, fewer than the floor of 200',
  );
  const failed = Object.entries(certificate.validation).filter(([, passed]) => passed === false);
  expect(errorsOf(JSON.stringify(certificate))).toEqual(failed.map(([gate]) => `V521 /validation/${gate}`));
});

test('verify finds an answer, a score and a question that were changed, whoever took the digest again', () => {
  const certificate = certificateOf('tiny-llama');
  const { examples } = certificate.evaluation_windows.final;
  const wrong = examples.findIndex(({ correct }: { correct: boolean }) => !correct);
  const withExample = (change: object) => {
    const changed = examples.with(wrong, { ...examples[wrong], ...change });
    return errorsOf(forge(certificate, { '/evaluation_windows/final/examples': changed }));
  };
  const at = `/evaluation_windows/final/examples/${wrong}`;
  expect(withExample({ correct: true })).toContain(`E602 ${at}/correct`);
  const right =
    examples[wrong].kind === 'exact_match'
      ? { matched: examples[wrong].tokens }
      : {
          scores: examples[wrong].scores.map((_: number, i: number) => -Math.abs(i - examples[wrong].answer)),
        };
  expect(withExample({ ...right, correct: true })).toContain('E602 /primary_metric/final');
  expect(withExample({ digest: 'another' })).toContain('E001 /evaluation_windows/final/examples');
  const without = forge(certificate, { '/evaluation_windows/baseline/final/examples': undefined });
  expect(errorsOf(without)).toContain('E004 /evaluation_windows');
});

test('a baseline report is reused for the same questions only', () => {
  const rows = readFileSync(questions, 'utf8').trim().split('\n');
  const others = rows.map((line) => {
    const { choices, ...row } = JSON.parse(line);
    // The same right answers among others.
    const wrong = (choice: string, i: number) => i !== row.answer && choice !== row.answer;
    const changed = choices?.map((choice: string, i: number) =>
      wrong(choice, i) ? `${choice} No.` : choice,
    );
    return JSON.stringify({ ...row, ...(changed ? { choices: changed } : {}) });
  });
  const file = path.join(root, 'others.jsonl');
  writeFileSync(file, others.join('\n'));
  const out = path.join(root, 'tiny-llama-run/out');
  const refused = runCli(['certify', '--baseline-report', out, '-c', configFile('tiny-llama', file)]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/E001.*not the questions/)]);
});

test('a sequence-to-sequence model writes its answers', () => {
  subjectOf('tiny-t5');
  const run = runCli(['certify', '-c', configFile('tiny-t5')]);
  const certificate = certificateOf('tiny-t5');
  expect([run.code, certificate.primary_metric.kind]).toEqual([1, 'accuracy']);
  expect(errorsOf(JSON.stringify(certificate)).filter((line) => !line.startsWith('V521'))).toEqual([]);
});
