import { expect, test } from 'vitest';
import { escapedUtf8, tokenTexts } from '../../../engine/tokenize/token-text.ts';

test.each<[number[], string]>([
  [[0x61, 0x62], 'ab'],
  [[0xe2, 0x82, 0xac], '€'],
  [[0xe2, 0x82], '\\xE2\\x82'],
  [[0x61, 0xff, 0xc3, 0xa9], 'a\\xFFé'],
  [[0xc0, 0x80], '\\xC0\\x80'],
  [[0xef, 0xbb, 0xbf], '\ufeff'],
  [[], ''],
])('bytes %j are shown as %j', (bytes, expected) => {
  expect(escapedUtf8(Uint8Array.from(bytes))).toBe(expected);
});

const byteLevel = { decoder: { type: 'Sequence', decoders: [{ type: 'ByteLevel' }] } };
const added = { added_tokens: [{ id: 3, content: '<|end|>' }] };

test.each<[string, object, string, string]>([
  ['a space of byte-level BPE', byteLevel, 'Ġthe', ' the'],
  ['half a character', byteLevel, 'âĤ', '\\xE2\\x82'],
  ['an added token', { ...byteLevel, ...added }, '<|end|>', '<|end|>'],
  ['a space of SentencePiece', { pre_tokenizer: { type: 'Metaspace' } }, '▁the', ' the'],
  ['a byte of SentencePiece', { pre_tokenizer: { type: 'Metaspace' } }, '<0xE2>', '\\xE2'],
  ['a part of a word', { decoder: { type: 'WordPiece' } }, '##ing', '##ing'],
])('%s', (_name, json, token, expected) => {
  expect(tokenTexts(json as Record<string, unknown>, new Map([[token, 3]]))(3)).toBe(expected);
});

test('an id that no token has is shown as such', () => {
  expect(tokenTexts({}, new Map())(9)).toBe('<9>');
});
