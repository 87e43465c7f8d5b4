import { expect, test } from 'vitest';
import { buildPairWindows, buildWindows } from '../../../engine/data/build-windows.ts';
import { attendedLength } from '../../../engine/data/data-types.ts';

const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 96);
const texts = (...rows: string[]) => rows.map((text, rowIndex) => ({ text, rowIndex }));

function build(rows: string[], previewN: number, finalN: number, seqLen = 4) {
  return buildWindows(texts(...rows), letters, { previewN, finalN, seqLen, padId: 0 });
}

test('cuts and pads to seq_len, masks by length, numbers the arms in a row', () => {
  expect(build(['abcdef', 'ab', 'cd'], 2, 1).value).toEqual({
    preview: [
      { id: 0, rowIndex: 0, inputIds: [1, 2, 3, 4], attentionMask: [1, 1, 1, 1] },
      { id: 1, rowIndex: 1, inputIds: [1, 2, 0, 0], attentionMask: [1, 1, 0, 0] },
    ],
    final: [{ id: 2, rowIndex: 2, inputIds: [3, 4, 0, 0], attentionMask: [1, 1, 0, 0] }],
  });
});

test('a real token that equals the pad id stays attended', () => {
  const ids = () => [0, 0, 5];
  const { value } = buildWindows(texts('x', 'y'), (text) => (text === 'x' ? ids() : [7, 0]), {
    previewN: 1,
    finalN: 1,
    seqLen: 4,
    padId: 0,
  });
  expect(value?.preview.map(attendedLength)).toEqual([3]);
  expect(value?.final.map(attendedLength)).toEqual([2]);
});

test('a text of one token gives no window and the true row stays', () => {
  expect(build(['a', 'ab', 'cd'], 1, 1).value?.preview[0]?.rowIndex).toBe(1);
});

test.each([
  ['too few texts', ['ab'], 1, 1, 'E303'],
  ['too few usable texts', ['a', 'ab'], 1, 1, 'E304'],
])('%s', (_, rows, previewN, finalN, code) => {
  const result = build(rows, previewN, finalN);
  expect([result.value, result.findings.map((finding) => finding.code)]).toEqual([undefined, [code]]);
});

const distinct = (count: number, from = 0) =>
  Array.from(
    { length: count },
    (_, index) =>
      String.fromCharCode(97 + ((from + index) % 26)) +
      String.fromCharCode(97 + Math.floor((from + index) / 26)),
  );

test('repeated windows shrink both arms and the adjustment is recorded', () => {
  const rows = [...distinct(20), ...distinct(18, 20), 'aa', 'aa'];
  const { value } = build(rows, 20, 20);
  expect([value?.preview.length, value?.final.length, value?.dedupeAdjustment]).toEqual([
    15,
    15,
    { deficit: 2, proposedPerArm: 15 },
  ]);
});

test('repeated windows beyond the floor are refused', () => {
  const rows = [...distinct(10), ...distinct(10)];
  const { value, findings } = build(rows, 10, 10);
  expect([value, findings[0]?.code]).toEqual([undefined, 'T320']);
});

const pairs = (...rows: [source: string, target: string][]) =>
  rows.map(([source, target], rowIndex) => ({ source, target, rowIndex }));

test('pairs have the source to read and the target as labels, in both arms', () => {
  const request = { previewN: 1, finalN: 1, seqLen: 4, padId: 0 };
  const rows = pairs(['abcdef', 'ab'], ['a', ''], ['', 'a'], ['cd', 'abcdef']);
  expect(buildPairWindows(rows, letters, request).value).toEqual({
    preview: [
      { id: 0, rowIndex: 0, inputIds: [1, 2, 3, 4], attentionMask: [1, 1, 1, 1], labels: [1, 2, -100, -100] },
    ],
    final: [
      { id: 1, rowIndex: 3, inputIds: [3, 4, 0, 0], attentionMask: [1, 1, 0, 0], labels: [1, 2, 3, 4] },
    ],
  });
});

test.each([
  ['too few pairs', [['ab', 'c']], 'E303', /usable pairs/],
  [
    'too few with tokens',
    [
      ['ab', 'c'],
      ['a', ''],
      ['', 'b'],
    ],
    'E304',
    /tokens on both sides/,
  ],
] as [string, [string, string][], string, RegExp][])('%s', (_, rows, code, message) => {
  const { findings } = buildPairWindows(pairs(...rows), letters, {
    previewN: 1,
    finalN: 1,
    seqLen: 4,
    padId: 0,
  });
  expect(findings).toMatchObject([{ code, message: expect.stringMatching(message) }]);
});

test('the encoder is told how long a text may be', () => {
  const seen: number[] = [];
  const encode = (text: string, maximumLength: number) => {
    seen.push(maximumLength);
    return letters(text);
  };
  const request = { previewN: 1, finalN: 1, seqLen: 7, padId: 0 };
  buildWindows(texts('ab', 'cd'), encode, request);
  buildPairWindows(pairs(['ab', 'c'], ['cd', 'e']), encode, request);
  expect(seen).toEqual([7, 7, 7, 7, 7, 7]);
});
