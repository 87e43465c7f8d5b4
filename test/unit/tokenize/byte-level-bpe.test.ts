import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { byteLevelBpe } from '../../../engine/tokenize/byte-level-bpe.ts';
import { useExactComponents } from '../../../engine/tokenize/exact-components.ts';
import { loadTokenizer } from '../../../engine/tokenize/load-tokenizer.ts';

const root = new URL('../../../examples/', import.meta.url);
const json = JSON.parse(readFileSync(new URL('models/tiny-gpt2/tokenizer.json', root), 'utf8'));
const config = JSON.parse(readFileSync(new URL('models/tiny-gpt2/tokenizer_config.json', root), 'utf8'));
const library = new Tokenizer(json, config);
useExactComponents(library);
const vocabulary = new Map<string, number>(Object.entries(json.model.vocab));
const fast = byteLevelBpe(json, vocabulary)!;
const all = Number.POSITIVE_INFINITY;

test('held-out texts give the ids of the library', () => {
  const lines = readFileSync(new URL('data/heldout.jsonl', root), 'utf8').trim().split('\n').slice(0, 150);
  for (const line of lines) {
    const { text } = JSON.parse(line);
    expect(fast(text, all)).toEqual(library.encode(text).ids);
  }
});

test('any text gives the ids of the library, or is left to it', () => {
  const pieces = fc.constantFrom(
    "'s",
    ' ',
    '\n',
    '\u00a0',
    'é',
    '東',
    '🙂',
    "n't",
    '  ',
    '12',
    '\u200d',
    'A',
    '\ufeff',
  );
  const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 12 });
  fc.assert(
    fc.property(text, (parts) => {
      const ids = fast(parts.join(''), all);
      if (ids) expect(ids).toEqual(library.encode(parts.join('')).ids);
    }),
    { seed: 5, numRuns: 300 },
  );
});

test('a limit cuts, and an added token or a very long word is left to the library', async () => {
  expect(fast('one two three four five', 3)).toEqual(
    library.encode('one two three four five').ids.slice(0, 3),
  );
  expect(fast('one<|endoftext|>two', all)).toBeUndefined();
  expect(fast('x'.repeat(500), all)).toBeUndefined();
  const folder = new URL('models/tiny-gpt2', root).pathname;
  const { value } = await loadTokenizer(nodeFiles, folder);
  for (const text of ['one<|endoftext|>two', 'x'.repeat(500), '']) {
    expect(value!.encode(text)).toEqual(library.encode(text).ids);
  }
});

test.each([
  ['another split', { pre_tokenizer: { type: 'Metaspace' } }],
  ['a normalizer', { normalizer: { type: 'NFC' } }],
  ['tokens around every text', { post_processor: { type: 'TemplateProcessing' } }],
  ['dropout', { model: { ...json.model, dropout: 0.1 } }],
  ['another model', { model: { ...json.model, type: 'WordPiece' } }],
])('a tokenizer with %s is left to the library', (_name, part) => {
  expect(byteLevelBpe({ ...json, ...part }, vocabulary)).toBeUndefined();
});
