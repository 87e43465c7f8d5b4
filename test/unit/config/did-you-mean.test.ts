import { expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../../engine/config/did-you-mean.ts';

const keys = ['seed', 'seq_len', 'stride', 'split', 'preview_n', 'final_n', 'provider'];

test.each([
  ['sed', 'seed'],
  ['sede', 'seed'],
  ['seqlen', 'seq_len'],
  ['seq-len', 'seq_len'],
  ['Stride', 'stride'],
  ['preveiw_n', 'preview_n'],
  ['providr', 'provider'],
  ['x', undefined],
  ['tokenizer', undefined],
  ['', undefined],
])('%s means %s', (word, expected) => {
  expect(didYouMean(word, keys)).toBe(expected);
});

test.each([
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['kitten', 'sitting', 3],
  ['abcdef', 'uvwxyz', 4],
])('%s and %s are %i apart, counted to 4', (a, b, distance) => {
  expect(editDistance(a, b, 4)).toBe(distance);
});
