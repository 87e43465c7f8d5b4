import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collectWindows } from '../../../engine/evaluate/collect-windows.ts';
import { lossFromLogits } from '../../../engine/evaluate/loss-from-logits.ts';
import { sliceArms } from '../../../engine/evaluate/slice-arms.ts';

test('arms never overlap and never hold more than there is', () => {
  const count = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(
      count,
      fc.option(count, { nil: undefined }),
      fc.option(count, { nil: undefined }),
      (available, preview, final) => {
        const slices = sliceArms(available, {
          ...(preview === undefined ? {} : { preview }),
          ...(final === undefined ? {} : { final }),
        });
        // None only where there is nothing, or nothing was asked for.
        const isNothing = available === 0 || (preview === 0 && (final ?? preview) === 0);
        expect(slices === undefined).toBe(isNothing);
        if (!slices) return;
        expect(slices.preview + slices.final).toBeLessThanOrEqual(available);
        const isShort = slices.preview < (preview ?? 0) || slices.final < (final ?? 0);
        if (isShort) expect(slices.notes).not.toEqual([]);
      },
    ),
  );
});

test('a loss that is not finite keeps its place among the records', () => {
  const records = collectWindows(
    [1, Number.NaN, 3].map((loss, at) => ({ inputIds: [at, 5], attentionMask: [1, 1], loss })),
    7,
  );
  expect(records).toMatchObject({ window_ids: [7, 8, 9], logloss: [1, null, 3], token_counts: [2, 2, 2] });
});

test('the loss of logits is that of the label beside all others', () => {
  const logits = [
    [0, 0, 0, 0],
    [1000, 1000, 1000, 1000],
  ];
  expect(lossFromLogits({ loss: 'causal', logits, labels: [0, 2] })).toEqual({
    loss: Math.log(4),
    targetCount: 1,
  });
  expect(lossFromLogits({ loss: 'mlm', logits, labels: [-100, -100] })).toEqual({
    loss: Number.NaN,
    targetCount: 0,
  });
});
