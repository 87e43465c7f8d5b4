import { expect, test } from 'vitest';
import { blake2b, blake2s } from '../../../engine/digests/blake2.ts';
import { contentTokenizerHash, referenceTokenizerHash } from '../../../engine/digests/tokenizer-hash.ts';
import {
  datasetHash,
  idsDigest,
  maskPositionsDigest,
  pairingTokenHash,
  scheduleDigest,
  sequenceHash,
} from '../../../engine/digests/window-digests.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** What each operation of the golden file computes here; the others belong to helpers that no run can reach. */
// biome-ignore lint/suspicious/noExplicitAny: golden inputs have as many shapes as operations.
const operations: Record<string, (input: any) => unknown> = {
  blake2: ({ hex, digest_size }) => ({
    blake2s: blake2s(digest_size, bytes(hex)),
    blake2b: blake2b(digest_size, bytes(hex)),
  }),
  hash_bytes: ({ hex }) => ({ digest: blake2s(32, bytes(hex)) }),
  hash_sequences: ({ sequences }) => ({ digest: sequenceHash(sequences) }),
  dataset_hash: ({ preview, final }) => {
    const [preview_hash, final_hash] = [sequenceHash(preview), sequenceHash(final)];
    return { preview_hash, final_hash, dataset_hash: datasetHash(preview_hash, final_hash) };
  },
  mask_positions_digest: ({ windows }) => ({ digest: maskPositionsDigest(windows) ?? null }),
  schedule_digest: ({ final_window_ids }) => ({ digest: scheduleDigest(final_window_ids) }),
  token_hash_blake2b16: ({ tokens }) => ({ hex: pairingTokenHash(tokens) }),
};

const cases = goldenCases('evaluation/digests');

test.each(cases.filter(({ input }) => input.op in operations).map((c) => [c.name, c] as const))(
  '%s',
  (_, { input, expected }) => {
    expect(operations[input.op]?.(input)).toMatchObject(expected);
  },
);

test.each(
  cases
    .filter(({ input }) => input.op === 'provider_digest' && input.report.evaluation_windows)
    .map((c) => [c.name, c] as const),
)('ids of %s', (_, { input, expected }) => {
  const { preview, final } = input.report.evaluation_windows;
  const ids = [...(preview?.window_ids ?? []), ...(final?.window_ids ?? [])];
  if (expected.digest?.ids_sha256) expect(idsDigest(ids)).toBe(expected.digest.ids_sha256);
  else expect(ids).toEqual([]);
});

// A vocabulary that cannot be had in the reference's two ways, or ids that are not numbers, cannot come from tokenizer.json.
test.each(
  cases
    .filter(({ input }) => input.op === 'hash_tokenizer' && input.via === 'get_vocab' && input.vocab)
    .map((c) => [c.name, c] as const),
)('%s', (_, { input, expected }) => {
  const hash = referenceTokenizerHash({
    vocabulary: new Map(input.vocab),
    className: input.class_name,
    nameOrPath: input.name_or_path ?? '',
  });
  expect(hash).toBe(expected.hash_tokenizer);
});

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
