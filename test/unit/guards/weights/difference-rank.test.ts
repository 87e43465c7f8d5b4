import { expect, test } from 'vitest';
import { differenceRank } from '../../../../engine/guards/weights/difference-rank.ts';

const rows = 80;
const columns = 96;
const noise = (seed: number) => (_: unknown, index: number) => Math.sin(seed + 12.9898 * index * index);
const baseline = Float32Array.from({ length: rows * columns }, noise(1));

/** So many outer products of waves of different lengths. */
function lowRank(rank: number): Float32Array {
  return baseline.map((value, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let k = 1; k <= rank; k += 1)
      sum += Math.sin(k * 3.7 * (row + 1)) * Math.cos(k * 2.3 * (column + 1));
    return value + 0.05 * sum;
  });
}

const matrix = (values: Float32Array) => ({ rows, columns, values });

test.each<[string, Float32Array, number | null]>([
  ['rank 1', lowRank(1), 1],
  ['rank 4', lowRank(4), 4],
  ['rank 16', lowRank(16), 16],
  ['noise', baseline.map((value, index) => value + 0.01 * noise(2)(0, index)), null],
  ['no change', baseline, null],
  ['a value that is no number', baseline.map((value, index) => (index === 0 ? Number.NaN : value)), null],
])('%s', (_, subject, expected) => {
  expect(differenceRank(matrix(baseline), matrix(subject))).toBe(expected);
});

test('a matrix of a few rows tells nothing', () => {
  const small = { rows: 4, columns: 4, values: new Float32Array(16) };
  expect(differenceRank(small, { ...small, values: new Float32Array(16).fill(1) })).toBeNull();
});
