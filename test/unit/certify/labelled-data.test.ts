import { describe, expect, test } from 'vitest';
import { buildSchedule } from '../../../engine/certify/build-schedule.ts';
import { checkBaselineReport } from '../../../engine/certify/check-baseline-report.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import type { WindowSchedule } from '../../../engine/data/data-types.ts';
import { datasetHash, sequenceHash } from '../../../engine/digests/window-digests.ts';
import { choiceRecord } from '../../../engine/metrics/example-record.ts';
import type { RunReport, WindowRecords } from '../../../engine/report/run-report.ts';
import type { ModelTokenizer } from '../../../engine/tokenize/load-tokenizer.ts';
import { accuracyReports } from '../../fixtures/accuracy-reports.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const tokenizer = {
  encode: (text: string) => [...new TextEncoder().encode(text)].map((byte) => byte + 3),
  padId: 0,
  special: { vocabSize: 300, maskId: 299, specialIds: [0] },
} as unknown as ModelTokenizer;

function resolved(dataset: string, metric = '') {
  const text = `dataset: {${dataset}, file: q.jsonl, seq_len: 32, preview_n: 2, final_n: 2}\n${metric}`;
  const config = parseConfig(text, { file: '/data/run.yaml' }).value!;
  return resolveRunSettings(config, { profile: 'dev', tier: 'balanced', environment: {} });
}

const kind = (name: string) => `eval: {metric: {kind: ${name}}}\n`;

describe('metric and data', () => {
  test.each([
    ['local_jsonl_tasks', '', []],
    ['local_jsonl_tasks', kind('auto'), []],
    ['local_jsonl_tasks', kind('accuracy'), []],
    ['local_jsonl_tasks', kind('ppl_causal'), ['C150 error /eval/metric/kind']],
    ['local_jsonl', kind('accuracy'), ['C150 error /eval/metric/kind']],
    ['local_jsonl', kind('vqa_accuracy'), ['U706 error /eval/metric/kind']],
    ['local_jsonl', kind('ppl_causal'), []],
  ])('%s with %s', (provider, metric, expected) => {
    const { findings } = resolved(`provider: ${provider}`, metric);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, severity, pointer }) => `${code} ${severity} ${pointer}`)).toEqual(expected);
    for (const error of errors) expect(error).toMatchObject({ file: '/data/run.yaml', range: {} });
  });
});

const rows = ['a', 'b', 'c', 'd', 'e'].map((letter) => ({
  prompt: `what is ${letter}`,
  choices: ['one', 'two'],
  answer: 1,
}));

function schedule(loss: 'causal' | 'mlm' | 'seq2seq', options = '') {
  const files = new MemoryFiles({ '/data/q.jsonl': rows.map((row) => JSON.stringify(row)).join('\n') });
  const settings = resolved(`provider: local_jsonl_tasks${options}`).value!;
  return buildSchedule(files, settings, tokenizer, { loss, configFile: '/data/run.yaml' });
}

const ids = (text: string) => tokenizer.encode(text);

test('causal models and sequence-to-sequence models are asked', async () => {
  const { value: causal } = await schedule('causal', ', answer_delimiter: "", length_normalized: true');
  expect(causal?.tasks).toEqual({ lengthNormalized: true });
  expect(causal?.final.map(({ id }) => id)).toEqual([2, 3]);
  expect(causal?.preview[0]?.example).toMatchObject({
    promptIds: ids('what is a'),
    answers: [ids('one'), ids('two')],
  });
  const { value: seq2seq } = await schedule('seq2seq');
  expect(seq2seq?.preview[0]?.labels?.slice(0, 4)).toEqual([...ids('two'), -100]);
});

test('masked models write no answers', async () => {
  const { value, findings } = await schedule('mlm');
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code: 'U712', pointer: '/dataset/provider' }]);
});

/** A report of exactly this schedule. */
function reportOf({ preview, final }: WindowSchedule): RunReport {
  const { baseline } = accuracyReports({ preview: 'rr', final: 'rr' }, { preview: 'rr', final: 'rr' });
  const arm = (name: 'preview' | 'final', windows: WindowSchedule['preview']): WindowRecords => ({
    ...baseline.evaluation_windows[name],
    window_ids: windows.map(({ id }) => id),
    input_ids: windows.map(({ inputIds }) => inputIds),
    attention_masks: windows.map(({ attentionMask }) => attentionMask),
    labels: windows.map(({ labels = [] }) => labels),
    masked_token_counts: windows.map(() => 3),
    actual_token_counts: windows.map(() => 3),
    examples: windows.map(({ example }) =>
      choiceRecord({ digest: example?.digest ?? '', answer: 1, scores: [-2, -1] }),
    ),
  });
  const windows = { preview: arm('preview', preview), final: arm('final', final) };
  const [first, second] = [windows.preview, windows.final].map(({ input_ids }) => sequenceHash(input_ids));
  const hashes = { preview_hash: first!, final_hash: second!, dataset_hash: datasetHash(first!, second!) };
  return { ...baseline, data: { ...baseline.data, ...hashes }, evaluation_windows: windows };
}

describe('a baseline report', () => {
  const check = (report: RunReport, made: WindowSchedule) =>
    checkBaselineReport(report, {
      file: '/runs/report.json',
      tokenizerHash: report.meta.tokenizer_hash,
      schedule: made,
      profile: report.context.profile,
      tier: report.meta.auto.tier,
      seqLen: report.data.seq_len,
    }).map(({ code, pointer }) => `${code} ${pointer}`);

  test('of the same questions is used', async () => {
    const { value: made } = await schedule('causal');
    expect(check(reportOf(made!), made!)).toEqual([]);
  });

  test('of other choices, another scoring or another metric is not', async () => {
    const { value: made } = await schedule('causal');
    const report = reportOf(made!);
    const { final } = report.evaluation_windows;
    const others = final.examples!.with(1, { ...final.examples![1]!, digest: 'another' });
    const windows = { ...report.evaluation_windows, final: { ...final, examples: others } };
    expect(check({ ...report, evaluation_windows: windows }, made!)).toEqual([
      'E001 /evaluation_windows/final/examples',
    ]);
    const { value: normalized } = await schedule('causal', ', length_normalized: true');
    expect(check(report, normalized!)).toEqual(['U709 /metrics/classification/length_normalized']);
    const primary_metric = { ...report.metrics.primary_metric, kind: 'ppl_causal' };
    expect(check({ ...report, metrics: { ...report.metrics, primary_metric } }, made!)).toEqual([
      'U709 /metrics/primary_metric/kind',
    ]);
  });
});
