import {
  type MaskableWindow,
  type MaskedWindow,
  maskingSeed,
  maskTokens,
} from '../../../engine/data/mask-tokens.ts';
import { maskingVocabulary } from '../../../engine/data/masking-vocabulary.ts';
import { maskPositionsDigest } from '../../../engine/digests/window-digests.ts';
import { PythonRandom } from '../../../engine/numerics/python-random.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { failureAlike } from './fails-alike.ts';

/** Masking for masked language models (spec 02 §2.7). */
export const mlmMasking = goldenCases(
  byOperation(
    { apply: maskRecords, two_pass: maskTwice, derive_mlm_seed: deriveSeed },
    ({ op = 'apply' }) => op,
  ),
);

function maskRecords(input: Golden, expected: Golden): Golden {
  const stream = streamOf(input);
  const { mask, findings } = maskerOf(input, stream);
  if (!mask) return failureAlike(expected, ['T304'], findings);
  const masked = mask(windowsOf(input.records, input.prefix));
  const counts = masked.map(({ maskedCount }) => maskedCount);
  return {
    records: masked.map(record),
    total: counts.reduce((sum, count) => sum + count, 0),
    counts,
    next_python_random: stream.random(),
  };
}

/** The reference masks throw-away copies first, whose ids are null; then the windows themselves. */
function maskTwice(input: Golden): Golden {
  const { mask } = maskerOf(input, streamOf(input));
  if (!mask) throw new Error('the tokenizer has no mask token');
  const nameless = (records: Golden) =>
    windowsOf(records, '').map((window) => ({ ...window, windowId: 'None' }));
  mask(nameless(input.preview_records));
  mask(nameless(input.final_records));
  const preview = mask(windowsOf(input.preview_records, 'preview'));
  const final = mask(windowsOf(input.final_records, 'final'));
  const labels = (windows: readonly MaskedWindow[]) => ({ labels: windows.map((window) => window.labels) });
  const total = (windows: readonly MaskedWindow[]) =>
    windows.reduce((sum, { maskedCount }) => sum + maskedCount, 0);
  return {
    preview: preview.map(record),
    final: final.map(record),
    preview_total: total(preview),
    final_total: total(final),
    mask_positions_digest: maskPositionsDigest({ preview: labels(preview), final: labels(final) }) ?? null,
  };
}

function deriveSeed({ base_seed: seed, window_id: id, position }: Golden): Golden {
  const derived = maskingSeed(seed, id === null ? 'None' : String(id), position);
  return { seed: String(derived), first_random: new PythonRandom(derived).random() };
}

function streamOf({ python_random_seed: seed, pre_draws: draws }: Golden): PythonRandom {
  const stream = new PythonRandom(BigInt(seed));
  for (let count = 0; count < draws; count += 1) stream.random();
  return stream;
}

function maskerOf({ tokenizer, ...input }: Golden, stream: PythonRandom) {
  const named = ['cls', 'sep', 'bos', 'eos', 'pad'].map((name) => tokenizer[`${name}_token_id`]);
  const { value: vocabulary, findings } = maskingVocabulary({
    vocabSize: tokenizer.vocab_size ?? 0,
    ...(tokenizer.mask_token_id === undefined ? {} : { maskId: tokenizer.mask_token_id }),
    specialIds: [...named, ...(tokenizer.all_special_ids ?? [])],
  });
  const options = {
    maskProbability: input.mask_prob,
    seed: input.seed,
    randomTokenProbability: input.random_token_prob,
    originalTokenProbability: input.original_token_prob,
  };
  return {
    findings,
    mask:
      vocabulary &&
      ((windows: readonly MaskableWindow[]) => maskTokens(windows, vocabulary, options, stream)),
  };
}

/** Windows without an id are named by their place; an id that is there but null is spelled as Python does. */
function windowsOf(records: Golden, prefix: string): MaskableWindow[] {
  return records.map(
    ({ window_id: id, input_ids: inputIds, attention_mask: attentionMask }: Golden, at: number) => ({
      windowId: id === undefined ? `${prefix}:${at}` : id === null ? 'None' : String(id),
      inputIds,
      attentionMask,
    }),
  );
}

function record({ inputIds, labels, maskedCount }: MaskedWindow): Golden {
  return { input_ids: inputIds, labels, mlm_masked: maskedCount };
}
