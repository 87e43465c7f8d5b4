import { expect, test } from 'vitest';
import { pruneByMagnitude } from '../../../engine/edits/prune.ts';
import { quantizeRtn, type RtnOptions } from '../../../engine/edits/quant-rtn.ts';

const f = (...values: number[]): Float32Array => Float32Array.from(values);

const quantised: [string, Float32Array, [number, number], RtnOptions, Float32Array][] = [
  [
    'one scale for the matrix',
    f(7, -3.4, 0.5, 1.5),
    [2, 2],
    { bits: 4, granularity: 'tensor', outputAxis: 0 },
    f(7, -3, 0, 2),
  ],
  [
    'a scale per row',
    f(7, -3.4, 0.7, 0.349),
    [2, 2],
    { bits: 4, granularity: 'channel', outputAxis: 0 },
    f(7, -3, 0.7, Math.fround(Math.fround(0.7 / 7) * 3)),
  ],
  [
    'a scale per column',
    f(7, 0.14, -3.4, 0.07),
    [2, 2],
    { bits: 4, granularity: 'channel', outputAxis: 1 },
    f(7, 0.14, -3, 4 * Math.fround(Math.fround(0.14) / 7)),
  ],
  [
    'two bits have three levels',
    f(1, -1, 0.4, 0.6),
    [1, 4],
    { bits: 2, granularity: 'tensor', outputAxis: 0 },
    f(1, -1, 0, 1),
  ],
  ['zeros stay', f(0, -0, 0, 0), [2, 2], { bits: 8, granularity: 'channel', outputAxis: 0 }, f(0, -0, 0, 0)],
  [
    'small negative values become negative zero',
    f(7, -0.3),
    [1, 2],
    { bits: 4, granularity: 'tensor', outputAxis: 0 },
    f(7, -0),
  ],
  [
    'NaN spoils its channel only',
    f(Number.NaN, 1, 7, 3.4),
    [2, 2],
    { bits: 4, granularity: 'channel', outputAxis: 0 },
    f(Number.NaN, Number.NaN, 7, 3),
  ],
];

test.each(quantised)('quantising: %s', (_, weights, shape, options, expected) => {
  expect(quantizeRtn(weights, shape, options)).toEqual(expected);
});

const pruned: [string, Float32Array, number, Float32Array][] = [
  ['half', f(4, -1, 3, -2), 0.5, f(4, 0, 3, 0)],
  ['equal magnitudes go together', f(1, -1, 1, 2), 0.25, f(0, 0, 0, 2)],
  ['a share below half a weight prunes nothing', f(1, 2, 3), 0.1, f(1, 2, 3)],
  ['2.5 weights are 2', f(1, 2, 3, 4, 5), 0.5, f(0, 0, 3, 4, 5)],
  ['NaN stays', f(Number.NaN, 1, 2, 3), 0.5, f(Number.NaN, 0, 0, 3)],
];

test.each(pruned)('pruning: %s', (_, weights, sparsity, expected) => {
  expect(pruneByMagnitude(weights, sparsity)).toEqual(expected);
});
