import { expect, test } from 'vitest';
import { blake2b, blake2s } from '../../../engine/digests/blake2.ts';
import { contentTokenizerHash } from '../../../engine/digests/tokenizer-hash.ts';
import { pairingTokenHash } from '../../../engine/digests/window-digests.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

test.each([0, 63, 64, 65, 127, 128, 129, 1000])(
  'BLAKE2 of %d bytes differs from its neighbours and repeats itself',
  (length) => {
    const message = new Uint8Array(length).fill(7);
    const longer = new Uint8Array(length + 1).fill(7);
    expect(blake2s(32, message)).toBe(blake2s(32, message.slice()));
    expect(new Set([blake2s(32, message), blake2s(32, longer), blake2s(31, message)]).size).toBe(3);
    expect(new Set([blake2b(64, message), blake2b(64, longer), blake2b(63, message)]).size).toBe(3);
  },
);

test.each([
  ['truncation', { truncation: { max_length: 4 } }, true],
  ['the version', { version: '2.0' }, true],
  ['the vocabulary', { model: { type: 'BPE', vocab: { a: 1 } } }, false],
  ['the normalizer', { normalizer: { type: 'Lowercase' } }, false],
  ['an added token', { added_tokens: [{ id: 9, content: '<x>' }] }, false],
])('the content hash looks past settings: %s', (_, change, same) => {
  const base = { version: '1.0', model: { type: 'BPE', vocab: { a: 0 } }, normalizer: null };
  expect(contentTokenizerHash({ ...base, ...change }) === contentTokenizerHash(base)).toBe(same);
});

test('the content hash does not see how merges and added tokens are written', () => {
  const model = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 } };
  const tokens = [
    { id: 3, content: '<x>' },
    { id: 4, content: '<y>' },
  ];
  const older = { model: { ...model, merges: ['a b'] }, added_tokens: tokens };
  const newer = { model: { ...model, merges: [['a', 'b']] }, added_tokens: tokens.toReversed() };
  expect(contentTokenizerHash(newer)).toBe(contentTokenizerHash(older));
  const other = { ...older, model: { ...model, merges: ['b a'] } };
  expect(contentTokenizerHash(other)).not.toBe(contentTokenizerHash(older));
});

test.each([
  [-1, 'ffffffff'],
  [2 ** 32 + 1, '01000000'],
  [2 ** 53 - 1, 'ffffffff'],
])('a token id of %d is written modulo 2^32', (id, hex) => {
  expect(pairingTokenHash([id])).toBe(blake2b(16, bytes(hex)));
});
