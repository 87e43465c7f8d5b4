import { expect, test } from 'vitest';
import { specialTokens } from '../../../engine/tokenize/special-tokens.ts';

const vocabulary = new Map([
  ['[PAD]', 0],
  ['[UNK]', 1],
  ['[CLS]', 2],
  ['[SEP]', 3],
  ['[MASK]', 4],
  ['a', 5],
  ['<extra>', 6],
]);
const special = (content: string) => ({ content, id: vocabulary.get(content), special: true });
const model = { vocab: Object.fromEntries([...vocabulary].slice(0, 6)) };
const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

const cases: [string, Record<string, unknown>, Record<string, unknown>, object][] = [
  [
    'all stated',
    { model },
    { pad_token: '[PAD]', cls_token: '[CLS]', sep_token: { content: '[SEP]' }, mask_token: '[MASK]' },
    { maskId: 4, padId: 0, specialIds: [2, 4, 0, 3], vocabSize: 6 },
  ],
  [
    'nothing stated, as in old folders',
    { model, added_tokens: words.map(special) },
    {},
    { maskId: 4, padId: 0, specialIds: [0, 1, 2, 3, 4], vocabSize: 6 },
  ],
  [
    'tokens of the folder',
    { model: { vocab: [['a', 0]] } },
    { mask_token: 'a', additional_special_tokens: ['<extra>', 3] },
    { maskId: 5, padId: 0, specialIds: [5, 6], vocabSize: 1 },
  ],
  [
    'an end token for the padding',
    { model },
    { eos_token: '[SEP]', cls_token: '[CLS]' },
    { padId: 3, specialIds: [2, 3], vocabSize: 6 },
  ],
  [
    'a separator for the padding',
    { model },
    { sep_token: '[SEP]', cls_token: '[CLS]' },
    { padId: 3, specialIds: [2, 3], vocabSize: 6 },
  ],
  [
    'a token that is added but not special',
    { added_tokens: [{ content: '[MASK]', id: 4, special: false }] },
    {},
    { padId: 0, specialIds: [], vocabSize: 0 },
  ],
];

test.each(cases)('%s', (_, json, config, expected) => {
  expect(specialTokens(json, config, vocabulary)).toEqual(expected);
});
