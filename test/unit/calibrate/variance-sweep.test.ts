import { expect, test } from 'vitest';
import { recommendThreshold } from '../../../engine/calibrate/variance-sweep.ts';
import { roundDecimals } from '../../../engine/numerics/round-decimals.ts';

test.each([
  [[0.1, 0.2, 0.3, 0.4], 0.5, 0, 0.3, 0.5],
  [[0.1, 0.2, 0.3, 0.4], 1, 0.1, 0.11, 1],
  [[0.3, 0.3, 0.1], 0.34, 0, 0.3, 0],
  [[], 0.5, 0, 0, 0],
])(
  'gains %o, rate %f, margin %f: threshold %f is reached by %f',
  (gains, targetRate, safetyMargin, threshold, rate) => {
    expect(recommendThreshold(gains, { targetRate, safetyMargin })).toEqual({ threshold, rate });
  },
);

test.each([
  [0.0625, 0.062],
  [0.1875, 0.188],
  [-0.0625, -0.062],
  [2.0005, 2.001],
  [1.0005, 1],
  [3.5552, 3.555],
])('%f to thousandths is %f', (value, expected) => {
  expect(roundDecimals(value, 3)).toBe(expected);
});
