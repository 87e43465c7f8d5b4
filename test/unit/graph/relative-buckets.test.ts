import { expect, test } from 'vitest';
import { bucketOf } from '../../../engine/graph/relative-buckets.ts';

/** Distances "key minus query" and their buckets, worked out from the definition for T5's 32 buckets up to 128. */
const cases: [boolean, [distance: number, bucket: number][]][] = [
  [
    true,
    [
      [0, 0],
      [-7, 7],
      [-8, 8],
      [-11, 8],
      [-12, 9],
      [-16, 10],
      [-127, 15],
      [-5000, 15],
      [1, 17],
      [7, 23],
      [8, 24],
      [64, 30],
      [5000, 31],
    ],
  ],
  [
    false,
    [
      [5, 0],
      [0, 0],
      [-15, 15],
      [-16, 16],
      [-18, 16],
      [-19, 17],
      [-64, 26],
      [-127, 31],
      [-5000, 31],
    ],
  ],
];

test.each(cases)('two ways: %s', (isTwoWay, expected) => {
  for (const [distance, bucket] of expected)
    expect([distance, bucketOf(distance, { count: 32, farthest: 128, isTwoWay })]).toEqual([
      distance,
      bucket,
    ]);
});
