import { expect, test } from 'vitest';
import { checkBaselineReport } from '../../../engine/certify/check-baseline-report.ts';
import type { EvaluationWindow, WindowSchedule } from '../../../engine/data/data-types.ts';
import { datasetHash, sequenceHash } from '../../../engine/digests/window-digests.ts';
import type { RunReport } from '../../../engine/report/run-report.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const WINDOWS = 6;

function window(id: number, labels?: readonly number[]): EvaluationWindow {
  const inputIds = [id + 10, id + 11, id + 12];
  return { id, rowIndex: id, inputIds, attentionMask: [1, 1, 1], ...(labels ? { labels } : {}) };
}

const schedule: WindowSchedule = {
  preview: Array.from({ length: WINDOWS }, (_, at) => window(10 * at)),
  final: Array.from({ length: WINDOWS }, (_, at) => window(10 * (at + WINDOWS))),
};

type Arm = RunReport['evaluation_windows']['preview'];

/** A report of exactly this schedule, with changes to an arm. */
function report(change: (arm: Arm, name: string) => Partial<Arm> = () => ({})): RunReport {
  const made = makeReports({ windows: WINDOWS }).baseline;
  const arm = (name: 'preview' | 'final'): Arm => {
    const windows = schedule[name];
    const recorded: Arm = {
      ...made.evaluation_windows[name],
      window_ids: windows.map(({ id }) => id),
      input_ids: windows.map(({ inputIds }) => inputIds),
      attention_masks: windows.map(({ attentionMask }) => attentionMask),
      labels: windows.map(({ inputIds }) => inputIds),
      masked_token_counts: windows.map(() => 3),
      actual_token_counts: windows.map(() => 3),
    };
    return { ...recorded, ...change(recorded, name) };
  };
  const evaluation_windows = { preview: arm('preview'), final: arm('final') };
  const hashes = [evaluation_windows.preview, evaluation_windows.final].map(({ input_ids: rows }) =>
    sequenceHash(rows),
  );
  const [preview_hash = '', final_hash = ''] = hashes;
  const data = {
    ...made.data,
    preview_hash,
    final_hash,
    dataset_hash: datasetHash(preview_hash, final_hash),
  };
  return { ...made, data, evaluation_windows, edit: { ...made.edit, name: 'noop' } };
}

function codes(baseline: RunReport, expected: WindowSchedule = schedule): string[] {
  const { data, meta, context } = baseline;
  return checkBaselineReport(baseline, {
    file: 'baseline.json',
    tokenizerHash: meta.tokenizer_hash,
    schedule: expected,
    profile: context.profile,
    tier: meta.auto.tier,
    seqLen: data.seq_len,
  }).map(({ code }) => code);
}

test('a report of the same windows fits', () => {
  expect(codes(report())).toEqual([]);
});

test.each<[string, (arm: Arm, name: string) => Partial<Arm>, string[]]>([
  ['other tokens', (arm) => ({ input_ids: arm.input_ids.map((ids) => ids.map((id) => id + 1)) }), ['E001']],
  ['other ids', (arm) => ({ window_ids: arm.window_ids.map((id) => id + 1) }), ['E006']],
  ['a window that stands twice', (arm) => ({ window_ids: arm.window_ids.map(() => 0) }), ['E001']],
  ['a mask that does not fit', (arm) => ({ attention_masks: arm.attention_masks.map(() => [1]) }), ['E001']],
  ['no windows', () => ({ input_ids: [] }), ['E001']],
])('a report with %s does not', (_, change, expected) => {
  expect(codes(report(change))).toEqual(expected);
});

test('a report whose windows were changed does not hash to what it says', () => {
  const changed = report();
  expect(codes({ ...changed, data: { ...changed.data, final_hash: 'f00d' } })).toEqual(['E001']);
});

test('other masked tokens are other windows', () => {
  const masked = { ...schedule, final: schedule.final.map(({ id }) => window(id, [-100, id, -100])) };
  expect(codes(report(), masked)).toEqual(['E003']);
});

test('a report of another tokenizer, profile or edit does not fit', () => {
  const made = report();
  const identity = { kind: 'files', sha256: 'a', files: {} };
  const ours = { ...made, meta: { ...made.meta, model_identity: identity } } as unknown as RunReport;
  const findings = checkBaselineReport(
    { ...ours, edit: { ...ours.edit, name: 'quant_rtn' } },
    {
      file: 'baseline.json',
      tokenizerHash: 'another',
      schedule,
      profile: 'another',
      tier: made.meta.auto.tier,
      seqLen: made.data.seq_len,
    },
  );
  expect(findings.map(({ code }) => code)).toEqual(['U709', 'U709', 'E002']);
});
