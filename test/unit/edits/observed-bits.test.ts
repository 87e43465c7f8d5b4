import { expect, test } from 'vitest';
import { observedBits } from '../../../engine/edits/observed-bits.ts';
import { quantizeRtn } from '../../../engine/edits/quant-rtn.ts';

const shape = [24, 64] as const;
/** Between −1 and 1, without a pattern. */
const weights = Float32Array.from({ length: 24 * 64 }, (_, i) => Math.sin(1000 * i + i * i));
const exact = 2 ** -24;

function rounded(bits: number, granularity: 'channel' | 'tensor', outputAxis: 0 | 1 = 0): Float32Array {
  return quantizeRtn(weights, shape, { bits, granularity, outputAxis });
}

test.each([2, 3, 4, 5, 6, 7, 8])('%i bits', (bits) => {
  expect(observedBits(rounded(bits, 'tensor'), shape, exact)).toEqual({ bits, scale: 'tensor' });
  expect(observedBits(rounded(bits, 'channel'), shape, exact)).toEqual({ bits, scale: 'row' });
  expect(observedBits(rounded(bits, 'channel', 1), shape, exact)).toEqual({ bits, scale: 'column' });
});

test('nothing is seen in weights as they are, in one value off the grid, in zeros, and in too few values', () => {
  expect(observedBits(weights, shape, exact)).toBeNull();
  const spoiled = rounded(4, 'tensor');
  spoiled[0] = 0.1234;
  expect(observedBits(spoiled, shape, exact)).not.toEqual({ bits: 4, scale: 'tensor' });
  expect(observedBits(new Float32Array(24 * 64), shape, exact)).toBeNull();
  expect(observedBits(rounded(4, 'tensor').slice(0, 32), [4, 8], exact)).toBeNull();
  expect(
    observedBits(
      Float32Array.from(weights, () => Number.NaN),
      shape,
      exact,
    ),
  ).toBeNull();
});

test('coarse types hide fine grids: 8 bits cannot be told in bfloat16, 4 bits can', () => {
  const half = 2 ** -9;
  expect(observedBits(rounded(8, 'tensor'), shape, half)).toBeNull();
  expect(observedBits(rounded(4, 'tensor'), shape, half)).toEqual({ bits: 4, scale: 'tensor' });
});
