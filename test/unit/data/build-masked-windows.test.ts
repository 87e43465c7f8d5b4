import { expect, test } from 'vitest';
import { buildMaskedWindows, type MaskedWindowRequest } from '../../../engine/data/build-masked-windows.ts';
import type { DataText, EvaluationWindow } from '../../../engine/data/data-types.ts';
import { datasetHash, maskPositionsDigest, sequenceHash } from '../../../engine/digests/window-digests.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

/** The toy tokenizer of the golden flow: classification token, UTF-8 bytes + 3, separator; 262 is the mask. */
function encode(text: string, maximumLength: number): number[] {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => byte + 3);
  return [260, ...bytes.slice(0, maximumLength - 2), 261];
}

const request: MaskedWindowRequest = {
  previewN: 3,
  finalN: 3,
  seqLen: 24,
  padId: 0,
  seed: 42,
  vocabulary: { maskId: 262, vocabSize: 263, specialIds: new Set([0, 260, 261, 262]) },
  masking: { maskProbability: 0.3, seed: 42, randomTokenProbability: 0.1, originalTokenProbability: 0.1 },
};

const textsOf = (lines: string): DataText[] =>
  lines
    .trim()
    .split('\n')
    .map((line, rowIndex) => ({ text: JSON.parse(line).text, rowIndex }));

test('a run of the reference has the same windows, masks and digests', () => {
  const { input, expected } = goldenCases('evaluation/run_flow').find(({ name }) => name === 'mlm_dev')!;
  const { value } = buildMaskedWindows(textsOf(input.files['d.jsonl']), encode, request);
  const { report } = expected.baseline;
  const arms = { preview: value!.preview, final: value!.final };
  for (const [name, windows] of Object.entries(arms)) {
    const golden = report.evaluation_windows[name];
    expect(windows.map((window) => window.id)).toEqual(golden.window_ids);
    expect(windows.map((window) => window.inputIds)).toEqual(golden.input_ids);
    expect(windows.map((window) => window.attentionMask)).toEqual(golden.attention_masks);
    expect(windows.map((window) => window.labels)).toEqual(golden.labels);
  }
  const labels = (windows: readonly EvaluationWindow[]) => ({ labels: windows.map((one) => one.labels!) });
  expect(maskPositionsDigest({ preview: labels(arms.preview), final: labels(arms.final) })).toBe(
    report.provenance.provider_digest.masking_sha256,
  );
  const hash = (windows: readonly EvaluationWindow[]) => sequenceHash(windows.map((one) => one.inputIds));
  expect(datasetHash(hash(arms.preview), hash(arms.final))).toBe(report.data.dataset_hash);
});

const words = (count: number): DataText[] =>
  Array.from({ length: count }, (_, rowIndex) => ({ text: `text number ${rowIndex}`, rowIndex }));

test('the seed of the data decides the positions, that of the loss what stands there', () => {
  const positions = (window: EvaluationWindow) => window.labels!.map((label) => label !== -100);
  const build = (more: Partial<MaskedWindowRequest>) =>
    buildMaskedWindows(words(6), encode, { ...request, ...more }).value!.preview[0]!;
  const first = build({});
  expect(positions(build({ seed: 43 }))).not.toEqual(positions(first));
  const other = build({ masking: { ...request.masking, seed: 7, randomTokenProbability: 0.8 } });
  expect(positions(other)).toEqual(positions(first));
  expect(other.inputIds).not.toEqual(first.inputIds);
});

test('a text of special tokens only gives no window', () => {
  const bare = (text: string, maximumLength: number): number[] =>
    text === 'text number 0' ? [260, 261] : encode(text, maximumLength);
  const { value } = buildMaskedWindows(words(7), bare, request);
  expect(value?.preview[0]?.rowIndex).toBe(1);
  const { findings } = buildMaskedWindows(words(6), bare, request);
  expect(findings).toMatchObject([{ code: 'E304', expected: 6, actual: 5 }]);
});

test('every window has a masked token, however small the probability', () => {
  const masking = { ...request.masking, maskProbability: 1e-9 };
  const { value } = buildMaskedWindows(words(6), encode, { ...request, masking });
  for (const window of [...value!.preview, ...value!.final])
    expect(window.labels!.filter((label) => label !== -100)).toHaveLength(1);
});

test('repeated texts count as distinct while their masks differ', () => {
  const repeated = [...words(24), { text: 'text number 0', rowIndex: 24 }];
  const counts = { previewN: 12, finalN: 13 };
  const few = {
    ...request.masking,
    maskProbability: 1e-9,
    randomTokenProbability: 0,
    originalTokenProbability: 0,
  };
  const masked = buildMaskedWindows(repeated, encode, { ...request, ...counts });
  expect(masked.value?.dedupeAdjustment).toBeUndefined();
  // Each has its middle token masked, so the two are equal; 12 − 5 is below the floor of 10.
  const equal = buildMaskedWindows(repeated, encode, { ...request, ...counts, masking: few });
  expect(equal.findings).toMatchObject([{ code: 'T320' }]);
});

test('without masks there is nothing to evaluate', () => {
  const masking = { ...request.masking, maskProbability: 0 };
  const { findings } = buildMaskedWindows(words(6), encode, { ...request, masking });
  expect(findings).toMatchObject([{ code: 'T323', pointer: '/eval/loss/mask_prob' }]);
});
