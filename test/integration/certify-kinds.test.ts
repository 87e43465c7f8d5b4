import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CliRun, runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { heldOutText } from '../fixtures/tiny-models.ts';

/** Certifications of models that are not causal: 12 + 12 windows, so that a run takes a second or two. */
const root = temporaryFolder('kinds');
const models = fileURLToPath(new URL('../fixtures/models', import.meta.url));
const pairs = fileURLToPath(new URL('../fixtures/pairs.jsonl', import.meta.url));

interface Kind {
  readonly model: string;
  readonly provider: string;
  readonly file: string;
  readonly metric: string;
  readonly adapter: string;
}

const kinds: Kind[] = [
  { model: 'tiny-bert', provider: 'local_jsonl', file: heldOutText, metric: 'ppl_mlm', adapter: 'hf_mlm' },
  {
    model: 'tiny-t5',
    provider: 'local_jsonl_pairs',
    file: pairs,
    metric: 'ppl_seq2seq',
    adapter: 'hf_seq2seq',
  },
];

/** The model with the largest matrix a little changed. */
function subjectOf(model: string): string {
  const folder = path.join(root, `${model}-subject`);
  cpSync(path.join(models, model), folder, { recursive: true });
  const file = path.join(folder, 'model.safetensors');
  const bytes = readFileSync(file);
  const data = 8 + Number(bytes.readBigUInt64LE(0));
  for (let at = data; at + 4 <= bytes.length; at += 4000) bytes.writeFloatLE(bytes.readFloatLE(at) * 1.1, at);
  writeFileSync(file, bytes);
  return folder;
}

function configFile(kind: Kind, subject: string, more = ''): string {
  const folder = path.join(root, `${kind.model}-run`);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'run.invarlock.yaml');
  writeFileSync(
    file,
    `certify:
  baseline: ${path.join(models, kind.model)}
  subject: ${subject}
  profile: dev
  out: out
  cert_out: cert
dataset:
  provider: ${kind.provider}
  file: ${kind.file}
  preview_n: 12
  final_n: 12
  seq_len: 32
  seed: 42
eval:
  bootstrap: { replicates: 200 }
${more}`,
  );
  return file;
}

const json = (text: string) => JSON.parse(text);

/** Codes of what `verify` finds. */
function verify(certificate: string): string[] {
  const { results } = json(runCli(['verify', certificate, '--json']).out);
  return results[0].findings.map(({ code }: { code: string }) => code);
}

describe.each(kinds)('$model', (kind) => {
  const subject = subjectOf(kind.model);
  let run: CliRun;
  const folder = path.join(root, `${kind.model}-run`);
  const certificateFile = path.join(folder, 'cert/evaluation.cert.json');

  test('is certified by its own metric, and the certificate verifies from its windows', () => {
    run = runCli(['certify', '-c', configFile(kind, subject)]);
    // Few tokens: the metric itself is far below its limit, and the floor of tokens is what fails.
    expect([run.code, run.err]).toEqual([1, expect.not.stringContaining('error')]);
    const certificate = json(readFileSync(certificateFile, 'utf8'));
    expect(certificate.primary_metric).toMatchObject({ kind: kind.metric, invalid: false });
    expect(certificate.meta).toMatchObject({ adapter: kind.adapter });
    expect(certificate.primary_metric.ratio_vs_baseline).not.toBe(1);
    expect(certificate.evaluation_windows.final.actual_token_counts).toHaveLength(12);
    expect(certificate.telemetry.masked_tokens_total).toBeGreaterThan(23);
    // Gates that fail, and nothing that could not be computed again.
    expect(new Set(verify(certificateFile))).toEqual(new Set(['V521']));
  });

  test('scores the tokens that the report says', () => {
    const file = json(readFileSync(certificateFile, 'utf8')).artifacts.report_path;
    const { final } = json(readFileSync(file, 'utf8')).evaluation_windows;
    for (const [i, labels] of final.labels.entries()) {
      const scored = labels.filter((label: number) => label !== -100).length;
      expect(final.token_counts[i]).toBe(scored);
      expect(final.masked_token_counts[i]).toBe(scored);
    }
  });

  test('a metric of another kind is refused before anything is evaluated', () => {
    const file = configFile(kind, subject, '  metric: { kind: ppl_causal }\n');
    const refused = runCli(['certify', '-c', file]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('U712')]);
  });
});

test('a baseline report is no baseline for other targets of the same inputs', () => {
  const kind = kinds[1]!;
  const folder = path.join(root, `${kind.model}-run`);
  const subject = path.join(root, `${kind.model}-subject`);
  const again = ['certify', '--baseline-report', path.join(folder, 'out'), '-c'];
  const others = runCli([...again, configFile({ ...kind, file: `${pairs}\n  tgt_field: source` }, subject)]);
  expect([others.code, others.err]).toEqual([2, expect.stringContaining('E003')]);
  const same = runCli([...again, configFile(kind, subject)]);
  expect([same.code, same.err]).toEqual([1, expect.not.stringContaining('E003')]);
});

test('texts are no data for a sequence-to-sequence model, pairs none for a masked one', () => {
  const [bert, t5] = kinds as [Kind, Kind];
  for (const kind of [
    { ...bert, provider: t5.provider, file: t5.file },
    { ...t5, provider: bert.provider, file: bert.file },
  ]) {
    const run = runCli(['certify', '-c', configFile(kind, path.join(root, `${kind.model}-subject`))]);
    expect([run.code, run.err]).toEqual([2, expect.stringContaining('U712')]);
  }
});
