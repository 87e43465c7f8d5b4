import { expect, test } from 'vitest';
import { loadTokenizer } from '../../../engine/tokenize/load-tokenizer.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const bpe = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
const unigram = {
  type: 'Unigram',
  unk_id: 0,
  vocab: [
    ['<unk>', 0],
    ['▁', -1],
    ['a', -2],
  ],
};
const empty = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
};

async function load(parts: object) {
  const files = new MemoryFiles({ '/m/tokenizer.json': JSON.stringify({ ...empty, model: bpe, ...parts }) });
  return loadTokenizer(files, '/m');
}

test.each<[string, object, string, string]>([
  [
    'a model of words',
    { model: { type: 'WordLevel', vocab: { a: 0 }, unk_token: 'a' } },
    'T305',
    'its model is WordLevel',
  ],
  ['a model that is not named', { model: { vocab: { a: 0 } } }, 'T305', 'its model is not named'],
  ['merges at random', { model: { ...bpe, dropout: 0.1 } }, 'T305', 'at random'],
  ['a prefix within words', { model: { ...bpe, continuing_subword_prefix: '##' } }, 'T305', 'a prefix'],
  ['bytes of Unigram', { model: { ...unigram, byte_fallback: true } }, 'T305', 'falls back to bytes'],
  ['Unigram without unknown token', { model: { ...unigram, unk_id: null } }, 'T305', 'no unknown token'],
  [
    'WordPiece without unknown token',
    { model: { type: 'WordPiece', vocab: {}, unk_token: '[UNK]' } },
    'T305',
    'no unknown',
  ],
  [
    'whole words',
    { added_tokens: [{ id: 3, content: 'x', single_word: true }] },
    'T305',
    'token "x" stands for single words',
  ],
  ['an unknown normalizer', { normalizer: { type: 'Nmt' } }, 'T305', 'Unknown Normalizer type: Nmt'],
  [
    'an unknown part of a sequence',
    { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'UnicodeScripts' }] } },
    'T305',
    'UnicodeScripts',
  ],
  [
    'an unknown processor',
    { post_processor: { type: 'Other' } },
    'T305',
    'Unknown PostProcessor type: Other',
  ],
  [
    'a dollar sign',
    { normalizer: { type: 'Replace', pattern: { String: 'a' }, content: '$&' } },
    'T305',
    'dollar sign',
  ],
  [
    'groups',
    { pre_tokenizer: { type: 'Split', pattern: { Regex: '(a)|b' }, behavior: 'Removed', invert: false } },
    'T305',
    'groups',
  ],
  [
    'no pattern',
    { pre_tokenizer: { type: 'Split', pattern: {}, behavior: 'Isolated', invert: false } },
    'T305',
    'no pattern',
  ],
  [
    'tokens over spaces',
    {
      model: { ...unigram, vocab: [...unigram.vocab, ['a▁a', -3]] },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', split: true },
    },
    'T305',
    'has tokens that go over them',
  ],
  [
    'a special token of another id',
    {
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: 'ab', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
        pair: [],
        special_tokens: { ab: { id: 'ab', ids: [1], tokens: ['ab'] } },
      },
    },
    'T305',
    'the special token ab is said to be 1, and is 2',
  ],
  [
    'a broken map',
    { normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAAgA==' } },
    'T302',
    'map of its compiled normalizer is broken',
  ],
  ['no model', { model: null }, 'T305', 'it has no model'],
])('%s', async (_, parts, code, says) => {
  const { value, findings } = await load(parts);
  expect([value, findings]).toEqual([
    undefined,
    [expect.objectContaining({ code, severity: 'error', message: expect.stringContaining(says) })],
  ]);
});

test.each<[string, object, string, readonly number[]]>([
  [
    'an old file that does not name its model',
    { model: { vocab: bpe.vocab, merges: bpe.merges } },
    'abab',
    [2, 2],
  ],
  [
    'an old file that says whether there is a space in front',
    { model: unigram, pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: false } },
    'a a',
    [2, 1, 2],
  ],
])('%s', async (_, parts, text, ids) => {
  expect((await load(parts)).value?.encode(text)).toEqual(ids);
});

test.each<[readonly string[], string]>([
  [['vocab.txt'], '(vocab.txt)'],
  [['vocab.json', 'merges.txt'], '(vocab.json, merges.txt)'],
  [['tokenizer.model'], '(tokenizer.model). Save its fast form beside it, in Python: AutoTokenizer'],
  [[], "Copy it from the baseline's folder"],
])('only %j is there', async (names, says) => {
  const files = new MemoryFiles({
    '/m/config.json': '{}',
    ...Object.fromEntries(names.map((name) => [`/m/${name}`, ''])),
  });
  expect((await loadTokenizer(files, '/m')).findings).toEqual([
    expect.objectContaining({ code: 'T301', message: expect.stringContaining(says) }),
  ]);
});
