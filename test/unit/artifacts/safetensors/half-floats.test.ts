import { expect, test } from 'vitest';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
  roundHalfEven,
} from '../../../../engine/artifacts/safetensors/half-floats.ts';

test('every 16-bit number survives the way to float32 and back', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const f16 = float16ToFloat32(bits);
    const bf16 = bfloat16ToFloat32(bits);
    if (!Number.isNaN(f16)) expect(float32ToFloat16(f16)).toBe(bits);
    if (!Number.isNaN(bf16)) expect(float32ToBfloat16(bf16)).toBe(bits);
  }
});

const float16Cases: [number, number][] = [
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 - 2 ** -12, 0x4000],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [-1e30, 0xfc00],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [3 * 2 ** -26, 0x0001],
  [-(2 ** -14), 0x8400],
  [2 ** -14 - 2 ** -26, 0x0400],
  [Number.NaN, 0x7e00],
];

test.each(float16Cases)('%d becomes float16 %i', (value, bits) => {
  expect(float32ToFloat16(value)).toBe(bits);
});

const bfloat16Cases: [number, number][] = [
  [1 + 2 ** -8, 0x3f80],
  [1 + 3 * 2 ** -8, 0x3f82],
  [3.4028234663852886e38, 0x7f80],
  [Number.NEGATIVE_INFINITY, 0xff80],
  [Number.NaN, 0x7fc0],
];

test.each(bfloat16Cases)('%d becomes bfloat16 %i', (value, bits) => {
  expect(float32ToBfloat16(value)).toBe(bits);
});

const roundings: [number, number][] = [
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, -0],
  [-1.5, -2],
  [-2.5, -2],
  [-0.3, -0],
  [0.49999999999999994, 0],
  [7.51, 8],
  [Number.NaN, Number.NaN],
];

test.each(roundings)('%d rounds to %d', (value, expected) => {
  expect(roundHalfEven(value)).toBe(expected);
});
