import { expect, test } from 'vitest';
import {
  armWorstWindows,
  tokensNotMeasured,
  tokensNotStored,
} from '../../../engine/certify/arm-worst-windows.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const pair = makeReports({ windows: 2 });
const windows = [0, 1, 2, 3].map((id) => ({
  id,
  rowIndex: id,
  inputIds: [10 + id, 20, 30, 0],
  attentionMask: [1, 1, 1, 0],
}));
const losses = (first: number, value: number) =>
  [first, first + 1].map((id) => ({
    id,
    loss: value,
    tokenLosses: Float32Array.of(value, value),
    targetCount: 2,
    runMs: 1,
    rssBytes: 1,
  }));
const evaluated = (value: number) => ({
  preview: losses(0, value),
  final: losses(2, value),
  scored: { loss: 'causal', contextLength: 8, vocabSize: 64 } as const,
});

function worst(options: { storesTexts?: boolean; isReused?: boolean }) {
  return armWorstWindows({
    ...pair,
    schedule: { preview: windows.slice(0, 2), final: windows.slice(2) },
    evaluation: evaluated(2),
    baselineEvaluation: options.isReused ? undefined : evaluated(1),
    count: 1,
    storesTexts: options.storesTexts ?? true,
    tokenizer: { tokenText: (id) => `<${id}>` },
  });
}

test('the scored tokens of a window, without the first and without padding, with the losses of both arms', () => {
  expect(worst({})?.windows[0]?.tokens).toEqual({
    scored: 2,
    first: 0,
    ids: [20, 30],
    texts: ['<20>', '<30>'],
    baseline_nll: [1, 1],
    subject_nll: [2, 2],
  });
});

test.each([
  [{ storesTexts: false }, tokensNotStored],
  [{ isReused: true }, tokensNotMeasured],
])('%j leaves the tokens out and says so', (options, reason) => {
  const block = worst(options);
  expect([block?.tokens_left_out, block?.windows[0]?.tokens]).toEqual([reason, undefined]);
});
