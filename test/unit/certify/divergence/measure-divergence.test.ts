import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureDivergence } from '../../../../engine/certify/divergence/measure-divergence.ts';
import {
  type DivergencePlan,
  planDivergence,
} from '../../../../engine/certify/divergence/plan-divergence.ts';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import type { WindowSchedule } from '../../../../engine/data/data-types.ts';
import { evaluateWindows } from '../../../../engine/evaluate/evaluate-windows.ts';
import type { HiddenRowsSink } from '../../../../engine/evaluate/hidden-rows.ts';
import { rowFeeds } from '../../../../engine/evaluate/run-rows.ts';
import { scoredRows, type WindowInput } from '../../../../engine/evaluate/scored-rows.ts';
import type { DivergenceRecord } from '../../../../engine/metrics/divergence/divergence.ts';
import { tokenFlag } from '../../../../engine/metrics/divergence/window-sums.ts';
import { graphOfModel, type ModelSource } from '../../../../engine/models/model-source.ts';
import { openModel } from '../../../../engine/models/open-model.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { smallLlama } from '../../../fixtures/decoder-checkpoints.ts';
import { smallBert, smallT5 } from '../../../fixtures/encoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { causalWindows, maskedWindow, pairWindow } from '../../../fixtures/evaluate-inputs.ts';
import { type SmallModel, smallGpt2, writeSmallModel } from '../../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('divergence');
let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine();
});
afterAll(() => runtime.close());

/** The same model after an edit that moves every weight a little. */
function edited({ config, tensors }: SmallModel): SmallModel {
  const moved = [...tensors].map(([name, { shape, values }]) => {
    const changed = values.map((value, at) => value * (1 + 0.1 * Math.sin(at)));
    return [name, { shape, values: changed }] as const;
  });
  return { config, tensors: new Map(moved) };
}

async function opened(name: string, model: SmallModel, dtype: 'F32' | 'F16' = 'F32'): Promise<ModelSource> {
  const at = path.join(folder, name);
  await writeSmallModel(nodeFiles, at, model, dtype);
  const { value, findings } = await openModel(nodeFiles, at, 'auto');
  if (!value) throw new Error(findings.map(({ message }) => message).join('\n'));
  return value;
}

function planOf(
  baseline: ModelSource,
  subject: ModelSource,
  windows: readonly WindowInput[],
): DivergencePlan {
  const arm = (model: ModelSource) =>
    ({ model, tokenizer: { contentHash: 'same' }, identity: { sha256: 'x', files: {} } }) as never;
  const schedule = { preview: [], final: windows } as unknown as WindowSchedule;
  const plan = planDivergence({
    baseline: arm(baseline),
    subject: arm(subject),
    schedule,
    baselineReport: undefined,
  });
  if (typeof plan === 'string') throw new Error(plan);
  return plan;
}

/** Evaluates one arm for the sink, and gives the scores of every row. */
async function evaluated(model: ModelSource, windows: readonly WindowInput[], sink: HiddenRowsSink) {
  const plain = graphOfModel(model, { maximumRows: 64, rowsPerChunk: 16 });
  const graph = graphOfModel(model, { maximumRows: 64, rowsPerChunk: 16, hidden: true, logits: true });
  const [one, other] = [await runtime.open(plain), await runtime.open(graph)];
  const losses = await evaluateWindows(other, graph, windows, () => {}, sink);
  // To give hidden states out does not change a bit of the losses.
  expect(losses.map(({ tokenLosses }) => tokenLosses)).toEqual(
    (await evaluateWindows(one, plain, windows)).map(({ tokenLosses }) => tokenLosses),
  );
  const scores: number[][] = [];
  for (const window of windows) {
    const { outputs } = await other.run(rowFeeds(scoredRows(graph, window)), ['logits']);
    const values = new Float32Array(new Uint8Array(outputs.logits!.data).buffer);
    for (let row = 0; row < values.length; row += graph.vocabSize)
      scores.push([...values.subarray(row, row + graph.vocabSize)]);
  }
  await one.close();
  await other.close();
  return scores;
}

function logProbabilities(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
  return scores.map((score) => score - largest - Math.log(sum));
}

/** Float64, straight from the definitions. */
function expectedToken(before: readonly number[], after: readonly number[], target: number) {
  const common = Math.min(before.length, after.length);
  const [p, q] = [before, after].map((scores) => logProbabilities(scores.slice(0, common)));
  const first = (list: readonly number[]) => list.indexOf(Math.max(...list));
  const [one, other] = [first(p!), first(q!)];
  return {
    kl: p!.reduce((sum, log, entry) => sum + Math.exp(log) * (log - q![entry]!), 0),
    nll: [-p![target]!, -q![target]!],
    flags:
      (one === other ? tokenFlag.sameTop1 : 0) +
      (one === target ? tokenFlag.baselineTop1 : 0) +
      (other === target ? tokenFlag.subjectTop1 : 0),
  };
}

async function measure(baseline: ModelSource, subject: ModelSource, windows: readonly WindowInput[]) {
  const plan = planOf(baseline, subject, windows);
  const scratchFile = path.join(folder, 'scratch');
  const measurement = measureDivergence({ files: nodeFiles, runtime }, plan, {
    scratchFile,
    rowsPerChunk: 8,
    blockBytes: 1,
  });
  const before = await evaluated(baseline, windows, measurement.baseline);
  expect((await nodeFiles.facts(scratchFile))?.sizeBytes).toBe(plan.scratchBytes);
  const after = await evaluated(subject, windows, measurement.subject);
  await measurement.close();
  expect(existsSync(scratchFile)).toBe(false);
  const record = measurement.record();
  if (typeof record === 'string') throw new Error(record);
  const targets = windows.flatMap((window) => scoredRows(graphOfModel(baseline), window).targets);
  return { record, expected: targets.map((target, at) => expectedToken(before[at]!, after[at]!, target)) };
}

function expectClose({ windows, selfCheck }: DivergenceRecord, expected: ReturnType<typeof expectedToken>[]) {
  const all = (pick: (window: DivergenceRecord['windows'][number]) => ArrayLike<number>) =>
    windows.flatMap((window) => Array.from(pick(window)));
  const largest = (values: readonly number[], wanted: readonly number[]) =>
    Math.max(...values.map((value, at) => Math.abs(value - wanted[at]!)));
  expect(all(({ flags }) => flags)).toEqual(expected.map(({ flags }) => flags));
  expect(
    largest(
      all(({ kl }) => kl),
      expected.map(({ kl }) => kl),
    ),
  ).toBeLessThan(2e-6);
  expect(
    largest(
      all(({ baselineNll }) => baselineNll),
      expected.map(({ nll }) => nll[0]!),
    ),
  ).toBeLessThan(4e-6);
  expect(
    largest(
      all(({ subjectNll }) => subjectNll),
      expected.map(({ nll }) => nll[1]!),
    ),
  ).toBeLessThan(4e-6);
  expect(selfCheck.max_abs_difference).toBeLessThan(1e-6);
  expect(all(({ kl }) => kl).some((kl) => kl > 1e-4)).toBe(true);
}

const mlm = [
  maskedWindow(0, [2, 5, 9, 4, 11, 7, 3], [1, 3, 4], [6, 10, 12]),
  maskedWindow(1, [2, 8, 1, 3], [2], [5]),
];
const pairs = [
  pairWindow(0, [3, 7, 9, 1], [0, 5, 4, 8], [5, 4, 8, 1]),
  pairWindow(1, [6, 2, 1], [0, 9], [9, 1]),
];

test.each<[string, SmallModel, readonly WindowInput[]]>([
  ['a tied head, windows of several chunks', smallGpt2({ vocab_size: 24 }), causalWindows(12, 2, 7)],
  ['a bounded head', smallLlama('gemma2', { final_logit_softcapping: 2 }), causalWindows(20, 5)],
  ['an own head', smallLlama('llama'), causalWindows(20, 5)],
  ['a head with a bias, masked tokens', smallBert(), mlm],
  ['a scaled head, a decoder that reads an encoder', smallT5(), pairs],
])('%s: divergence, losses and choices are those of the definitions', async (name, model, windows) => {
  const baseline = await opened(`${name} baseline`, model);
  const subject = await opened(`${name} subject`, edited(model), 'F16');
  const { record, expected } = await measure(baseline, subject, windows);
  expectClose(record, expected);
});

test('a model against itself differs in nothing, to the last bit', async () => {
  const model = await opened('itself', smallGpt2({ vocab_size: 24 }));
  const { record } = await measure(model, model, causalWindows(12, 7));
  for (const { kl, flags, baselineNll, subjectNll } of record.windows) {
    expect(kl).toEqual(new Float32Array(kl.length));
    expect(subjectNll).toEqual(baselineNll);
    expect(flags.every((flag) => (flag & tokenFlag.sameTop1) > 0)).toBe(true);
  }
  expect(record.selfCheck.max_abs_difference).toBe(0);
});

test('vocabularies of different size are compared where they overlap', async () => {
  const baseline = await opened('fewer words', smallGpt2());
  const subject = await opened('more words', smallGpt2({ vocab_size: 20 }));
  const windows = causalWindows(9, 4).map((window) => ({
    ...window,
    inputIds: window.inputIds.map((id) => id % 16),
  }));
  const { record, expected } = await measure(baseline, subject, windows);
  expect(record.vocabulary).toEqual({ compared: 16, baseline: 16, subject: 20 });
  expectClose(record, expected);
});
