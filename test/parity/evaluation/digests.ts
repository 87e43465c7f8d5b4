import { datasetHashes, datasetIdentity } from '../../../engine/certificate/dataset-identity.ts';
import { canonicalJson } from '../../../engine/core/python-json.ts';
import { blake2b, blake2s } from '../../../engine/digests/blake2.ts';
import { fallbackTokenizerDigest } from '../../../engine/digests/fallback-tokenizer-digest.ts';
import { providerDigest } from '../../../engine/digests/provider-digest.ts';
import { integersHash, jsonHash } from '../../../engine/digests/salted-hash.ts';
import { referenceTokenizerHash } from '../../../engine/digests/tokenizer-hash.ts';
import {
  datasetHash,
  maskPositionsDigest,
  pairingTokenHash,
  scheduleDigest,
  sequenceHash,
} from '../../../engine/digests/window-digests.ts';
import { windowHash } from '../../../engine/digests/window-hash.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** Every digest of a run (spec 02 §3). */
export const digests = goldenCases(
  byOperation({
    hash_tokenizer: tokenizerDigests,
    hash_sequences: ({ sequences }) => ({ digest: sequenceHash(sequences) }),
    dataset_hash: ({ preview, final }) => {
      const [preview_hash, final_hash] = [sequenceHash(preview), sequenceHash(final)];
      return { preview_hash, final_hash, dataset_hash: datasetHash(preview_hash, final_hash) };
    },
    mask_positions_digest: ({ windows }) => ({ digest: maskPositionsDigest(windows) ?? null }),
    provider_digest: ({ report }) => ({
      digest:
        providerDigest(
          report.evaluation_windows ?? {},
          report.meta?.tokenizer_hash ?? report.data?.tokenizer_hash,
        ) ?? null,
    }),
    hash_json: ({ value, salt }) => ({
      canonical: canonicalJson(value, 'C'),
      digest: jsonHash(value, salt ?? ''),
    }),
    hash_int_array: ({ values, salt }) => ({ digest: integersHash(values, salt ?? '') }),
    hash_bytes: ({ hex }) => ({ digest: blake2s(32, bytes(hex)) }),
    compute_window_hash: ({ window }) => ({
      structural: windowHash(armOf(window), false),
      with_data: windowHash(armOf(window), true),
    }),
    compute_window_hashes: ({ preview, final }) => ({
      preview: `sha256:${windowHash(armOf(preview), true)}`,
      final: `sha256:${windowHash(armOf(final), true)}`,
      total_tokens: [...preview.input_ids, ...final.input_ids].flat().length,
    }),
    actual_window_hashes: ({ report }) => ({
      hashes: datasetHashes(report),
      dataset_info: datasetIdentity(report),
    }),
    schedule_digest: ({ final_window_ids: ids }) => ({ digest: scheduleDigest(ids) }),
    token_hash_blake2b16: ({ tokens }) => ({ hex: pairingTokenHash(tokens) }),
    blake2: ({ hex, digest_size: size }) => ({
      blake2s: blake2s(size, bytes(hex)),
      blake2b: blake2b(size, bytes(hex)),
    }),
  }),
);

/** A `vocab` attribute is a mapping where nothing else is known of the tokenizer, else a list of pairs. */
function tokenizerDigests({ vocab, via, class_name: className, name_or_path: name, attrs }: Golden): Golden {
  const isMapping = via === 'get_vocab' || Object.keys(attrs).length === 0;
  const vocabulary = new Map<string, number>(isMapping ? vocab : []);
  const nameOrPath = name ?? '';
  return {
    hash_tokenizer: referenceTokenizerHash({ vocabulary, className, nameOrPath }),
    tokenizer_digest: fallbackTokenizerDigest({
      ...(via === 'get_vocab' ? { vocabulary } : isMapping ? {} : { entries: vocab }),
      nameOrPath,
      eosToken: attrs.eos_token ?? null,
      padToken: attrs.pad_token ?? null,
      vocabSize: attrs.vocab_size ?? 0,
    }),
  };
}

function armOf({ input_ids: inputIds, attention_masks: attentionMasks, indices }: Golden) {
  return { inputIds, attentionMasks, indices };
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
