import { expect, test } from 'vitest';
import { scoredRows, type WindowInput } from '../../../engine/evaluate/scored-rows.ts';
import type { LossKind } from '../../../engine/graph/model-graph.ts';

const graph = (loss: LossKind) => ({ loss, contextLength: 6, vocabSize: 10 });
const startingWith = (decoderStartId: number) => ({ ...graph('seq2seq'), decoderStartId });
const window: WindowInput = { id: 3, inputIds: [5, 6, 7, 8, 0, 0], attentionMask: [1, 1, 1, 1, 0, 0] };

const cases: [LossKind, Partial<WindowInput>, object][] = [
  ['causal', {}, { ids: [5, 6, 7, 8], positions: [0, 1, 2], targets: [6, 7, 8] }],
  ['causal', { labels: [1, 2, 3] }, { ids: [5, 6, 7, 8], positions: [0, 1, 2], targets: [6, 7, 8] }],
  [
    'mlm',
    { labels: [-100, 2, -100, 9, -100, -100] },
    { ids: [5, 6, 7, 8], positions: [1, 3], targets: [2, 9] },
  ],
  ['mlm', { labels: [-100, -100] }, { ids: [5, 6, 7, 8], positions: [], targets: [] }],
  [
    'seq2seq',
    { decoderInputIds: [0, 1, 2, 3], labels: [1, -100, 3, -100] },
    { ids: [5, 6, 7, 8], decoderIds: [0, 1, 2], positions: [0, 2], targets: [1, 3] },
  ],
];

test.each(cases)('%s with %j', (loss, more, expected) => {
  expect(scoredRows(graph(loss), { ...window, ...more })).toEqual(expected);
});

test.each([
  [[4, 5, 1], { decoderIds: [9, 4, 5], positions: [0, 1, 2], targets: [4, 5, 1] }],
  [[4, 1, -100, -100], { decoderIds: [9, 4], positions: [0, 1], targets: [4, 1] }],
  [[-100, -100], { decoderIds: [], positions: [], targets: [] }],
])('a decoder reads the labels %j behind the first token of the model', (labels, expected) => {
  expect(scoredRows(startingWith(9), { ...window, labels })).toEqual({ ids: [5, 6, 7, 8], ...expected });
});

test('a label behind one that is not scored has no decoder input', () => {
  expect(() => scoredRows(startingWith(9), { ...window, labels: [4, -100, 5] })).toThrow(
    /3 labels for 1 tokens/,
  );
});

const refused: [LossKind, Partial<WindowInput>, RegExp][] = [
  ['mlm', {}, /lacks labels/],
  ['seq2seq', { labels: [1] }, /lacks decoder input ids/],
  ['seq2seq', { decoderInputIds: [0] }, /lacks labels/],
  ['mlm', { labels: [1, 1, 1, 1, 1] }, /5 labels for 4 tokens/],
  ['mlm', { labels: [10] }, /token id 10/],
  ['seq2seq', { decoderInputIds: [0, 11], labels: [1, 2] }, /token id 11/],
  ['seq2seq', { decoderInputIds: Array(7).fill(0), labels: Array(7).fill(1) }, /has 7 tokens/],
];

test.each(refused)('%s with %j is refused', (loss, more, message) => {
  expect(() => scoredRows(graph(loss), { ...window, ...more })).toThrow(
    expect.objectContaining({ code: 'R410', message: expect.stringMatching(message) }),
  );
});
