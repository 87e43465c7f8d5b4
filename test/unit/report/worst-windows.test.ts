import { describe, expect, test } from 'vitest';
import { checkWorstWindows } from '../../../engine/report/check-worst-windows.ts';
import { rankWindows } from '../../../engine/report/rank-windows.ts';
import {
  type WorstWindows,
  worstWindows,
  worstWindowsExtract,
} from '../../../engine/report/worst-windows.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const losses = (first: number, ...values: (number | null)[]) => ({
  ids: values.map((_, index) => first + index),
  losses: values,
});

test('the worst windows come first, equal ones by id, and none that got no worse', () => {
  const subject = { preview: losses(0, 2, 3, 1), final: losses(3, 2, null, 5) };
  const baseline = { preview: losses(0, 1, 3, 2), final: losses(3, 1, 1, null) };
  const { worst, compared, increased } = rankWindows(subject, baseline, 5);
  expect(worst.map(({ arm, window_id, delta }) => [arm, window_id, delta])).toEqual([
    ['preview', 0, 1],
    ['final', 3, 1],
  ]);
  expect([compared, increased]).toEqual([4, 2]);
  expect(rankWindows(subject, baseline, 1).worst).toHaveLength(1);
});

const pair = makeReports({ windows: 6 });

function worst(options: Partial<Parameters<typeof worstWindows>[0]>) {
  return worstWindows({
    ...pair,
    count: 2,
    tokens: () => undefined,
    tokenText: (id) => `t${id}`,
    ...options,
  });
}

test('tokens are float32 written with as few digits as tell them apart', () => {
  const value = Float32Array.of(0.1, 3.7654321);
  const tokens = () => ({ targets: [7, 8], baseline: value, subject: value });
  expect(worst({ tokens })?.windows[0]?.tokens).toEqual({
    scored: 2,
    first: 0,
    ids: [7, 8],
    texts: ['t7', 't8'],
    baseline_nll: [0.1, 3.7654321],
    subject_nll: [0.1, 3.7654321],
  });
});

test('without tokens the block says why; none are kept when none were asked for', () => {
  const block = worst({ tokens: 'Nobody measured them.' });
  expect(block?.tokens_left_out).toBe('Nobody measured them.');
  expect(block?.windows.map((window) => 'tokens' in window)).toEqual([false, false]);
  expect(worst({ count: 0 })).toBeUndefined();
});

test('a certificate holds the stretch of a long window where the loss rose most', () => {
  const length = 300;
  const subject = Float32Array.from({ length }, (_, index) => (index >= 150 && index < 260 ? 2 : 1));
  const tokens = () => ({
    targets: [...subject.keys()],
    baseline: new Float32Array(length).fill(1),
    subject,
  });
  const [window] = worstWindowsExtract(worst({ tokens }) as WorstWindows).windows;
  expect(window?.tokens).toMatchObject({ scored: 300, first: 132 });
  expect(window?.tokens?.ids).toEqual(Array.from({ length: 128 }, (_, index) => 132 + index));
});

describe('a block from a file', () => {
  const tokens = { scored: 1, first: 0, ids: [1], texts: ['a'], baseline_nll: [1], subject_nll: [2] };
  const window = { arm: 'final', window_id: 1, baseline_loss: 1, subject_loss: 2, delta: 1 };
  const block = (part: object) => ({ count: 1, windows: [{ ...window, ...part }] });
  test.each<[string, unknown, string | undefined]>([
    ['is well formed', block({ tokens }), undefined],
    ['has no list', { count: 1 }, ''],
    ['has a text for a loss', block({ delta: '1' }), '/windows/0'],
    ['has lists of two lengths', block({ tokens: { ...tokens, ids: [1, 2] } }), '/windows/0/tokens'],
    ['has more tokens than were scored', block({ tokens: { ...tokens, first: 1 } }), '/windows/0/tokens'],
    ['has a number for a text', block({ tokens: { ...tokens, texts: [1] } }), '/windows/0/tokens'],
  ])('that %s', (_name, value, pointer) => {
    expect(checkWorstWindows(value)?.pointer).toBe(pointer);
  });
});
