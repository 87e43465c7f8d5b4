import { describe, expect, test } from 'vitest';
import {
  type MaskableWindow,
  type MaskedWindow,
  type MaskingOptions,
  type MaskingVocabulary,
  maskingSeed,
  maskTokens,
} from '../../../engine/data/mask-tokens.ts';
import { maskPositionsDigest } from '../../../engine/digests/window-digests.ts';
import { PythonRandom } from '../../../engine/numerics/python-random.ts';
import { type GoldenCase, goldenCases } from '../../fixtures/golden-cases.ts';

interface GoldenRecord {
  readonly input_ids: number[];
  readonly attention_mask: number[];
  readonly window_id?: string | null;
}

const cases = goldenCases('evaluation/mlm_masking');
const ofOp = (op: string | undefined): [string, GoldenCase][] =>
  cases.filter(({ input }) => input.op === op).map((one) => [one.name, one]);

function vocabularyOf(tokenizer: Record<string, unknown>): MaskingVocabulary {
  const named = ['cls', 'sep', 'bos', 'eos', 'pad'].map((name) => tokenizer[`${name}_token_id`]);
  const special = [...named, ...((tokenizer.all_special_ids as number[] | undefined) ?? [])];
  return {
    maskId: tokenizer.mask_token_id as number,
    vocabSize: (tokenizer.vocab_size as number | undefined) ?? 0,
    specialIds: new Set(special.filter((id) => typeof id === 'number')),
  };
}

function optionsOf(input: GoldenCase['input']): MaskingOptions {
  return {
    maskProbability: input.mask_prob,
    seed: input.seed,
    randomTokenProbability: input.random_token_prob,
    originalTokenProbability: input.original_token_prob,
  };
}

function streamOf(input: GoldenCase['input']): PythonRandom {
  const stream = new PythonRandom(input.python_random_seed);
  for (let i = 0; i < input.pre_draws; i++) stream.random();
  return stream;
}

/** Windows without an id are named by their place; an id that is there but null is spelled as Python does. */
function windowsOf(records: readonly GoldenRecord[], prefix: string): MaskableWindow[] {
  return records.map((record, i) => ({
    windowId: record.window_id === null ? 'None' : (record.window_id ?? `${prefix}:${i}`),
    inputIds: record.input_ids,
    attentionMask: record.attention_mask,
  }));
}

const shape = (windows: readonly MaskedWindow[]): unknown[] =>
  windows.map((window) => ({
    input_ids: window.inputIds,
    labels: window.labels,
    mlm_masked: window.maskedCount,
  }));

describe('masking equals the reference bit for bit', () => {
  // A tokenizer without a mask token never comes this far: the windows are not built.
  test.each(ofOp(undefined).filter(([, { expected }]) => expected.error === undefined))(
    '%s',
    (_, { input, expected }) => {
      const stream = streamOf(input);
      const masked = maskTokens(
        windowsOf(input.records, input.prefix),
        vocabularyOf(input.tokenizer),
        optionsOf(input),
        stream,
      );
      expect(shape(masked)).toEqual(expected.records);
      expect(masked.map((window) => window.maskedCount)).toEqual(expected.counts);
      expect(stream.random()).toBe(expected.next_python_random);
    },
  );
});

test.each(ofOp('derive_mlm_seed'))('%s', (_, { input, expected }) => {
  const seed = maskingSeed(input.base_seed, String(input.window_id), input.position);
  expect(String(seed)).toBe(expected.seed);
  expect(new PythonRandom(seed).random()).toBe(expected.first_random);
});

test.each(ofOp('two_pass'))('%s', (_, { input, expected }) => {
  const stream = streamOf(input);
  const mask = (windows: readonly MaskableWindow[]): MaskedWindow[] =>
    maskTokens(windows, vocabularyOf(input.tokenizer), optionsOf(input), stream);
  const unnamed = (records: readonly GoldenRecord[]): MaskableWindow[] =>
    windowsOf(records, '').map((window) => ({ ...window, windowId: 'None' }));
  mask(unnamed(input.preview_records));
  mask(unnamed(input.final_records));
  const preview = mask(windowsOf(input.preview_records, 'preview'));
  const final = mask(windowsOf(input.final_records, 'final'));
  expect(shape(preview)).toEqual(expected.preview);
  expect(shape(final)).toEqual(expected.final);
  const labels = (windows: readonly MaskedWindow[]) => ({ labels: windows.map((window) => window.labels) });
  expect(maskPositionsDigest({ preview: labels(preview), final: labels(final) })).toBe(
    expected.mask_positions_digest,
  );
});
