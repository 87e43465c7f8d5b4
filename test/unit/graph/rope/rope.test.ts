import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkArchitecture } from '../../../../engine/graph/architectures/check-architecture.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallGptNeox, smallLlama } from '../../../fixtures/decoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { causalWindows } from '../../../fixtures/evaluate-inputs.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { tensorFactsOf } from '../../../fixtures/tensor-facts-of.ts';
import { gptNeoxLosses } from '../../../reference-models/gpt-neox.ts';
import { llamaFamilyLosses } from '../../../reference-models/llama-family.ts';

const root = temporaryFolder('rope');
/** Longer and shorter than the 16 tokens that the stretched models were trained with. */
const windows = causalWindows(48, 17, 16, 9);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

const forward: PlainLosses = (model, window) => llamaFamilyLosses(model, window.inputIds);

const original = { original_max_position_embeddings: 16 };
const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, ...original };
const yarn = { rope_type: 'yarn', factor: 4, ...original };
const long = {
  rope_type: 'longrope',
  short_factor: [1, 1.1, 1.5, 2],
  long_factor: [1.2, 2, 5, 9],
  ...original,
};

const kinds: [string, Record<string, unknown>][] = [
  ['linear', { rope_type: 'linear', factor: 3 }],
  ['linear, under its older name', { type: 'linear', factor: 3 }],
  ['llama3', llama3],
  ['llama3 with other borders', { ...llama3, low_freq_factor: 2, high_freq_factor: 3 }],
  ['yarn', yarn],
  ['yarn without a factor', { rope_type: 'yarn', ...original }],
  ['yarn with an attention factor', { ...yarn, attention_factor: 1.5 }],
  ['yarn with multipliers', { ...yarn, mscale: 2, mscale_all_dim: 0.5 }],
  ['yarn with other borders', { ...yarn, beta_fast: 2, beta_slow: 0.25 }],
  ['yarn with an untruncated ramp', { ...yarn, beta_fast: 2, beta_slow: 0.25, truncate: false }],
  ['longrope', long],
  ['longrope with an attention factor', { ...long, attention_factor: 0.5 }],
  ['longrope with a factor', { ...long, factor: 4 }],
  ['longrope, under its older name', { ...long, rope_type: undefined, type: 'su' }],
];

let count = 0;

test.each(kinds)('%s in rope_scaling', async (_, rope_scaling) => {
  const model = smallLlama('llama', { rope_scaling, rope_theta: 500 });
  expectOptionToMatter(model, { rope_scaling }, windows, forward);
  await checkLosses(runtime, `${root}/${count++}`, model, windows, forward);
});

test.each(kinds)('%s in rope_parameters', async (_, scaling) => {
  const rope_parameters = { ...scaling, rope_theta: 500 };
  const model = smallLlama('qwen2', { rope_parameters });
  expectOptionToMatter(model, { rope_parameters }, windows, forward);
  await checkLosses(runtime, `${root}/${count++}`, model, windows, forward);
});

test('no kind and no key can be mistaken for another', () => {
  // Four of them say the same as others: older names, and factors that follow from the lengths.
  const seen = kinds.map(([, rope_scaling]) =>
    forward(smallLlama('llama', { rope_scaling, rope_theta: 500 }), windows[0]!).join(),
  );
  expect(new Set(seen).size).toBe(kinds.length - 4);
});

test('dynamic stretches only what is longer than the context, which cannot be evaluated', async () => {
  const model = smallLlama('llama', { rope_scaling: { rope_type: 'dynamic', factor: 4 } });
  await checkLosses(runtime, `${root}/dynamic`, model, windows, forward);
  const short = { ...model, config: { ...model.config, max_position_embeddings: 40 } };
  await expect(checkLosses(runtime, `${root}/beyond`, short, windows, forward)).rejects.toMatchObject({
    code: 'R410',
  });
});

test.each(['llama3', 'yarn', 'longrope'])('%s with part of a head', async (kind) => {
  const scaling = { llama3, yarn, longrope: long }[kind]!;
  const half = kind === 'longrope' ? { ...scaling, short_factor: [1, 2], long_factor: [3, 4] } : scaling;
  const model = smallLlama('phi3', { rope_scaling: half, partial_rotary_factor: 0.5 });
  await checkLosses(runtime, `${root}/${count++}`, model, windows, forward);
});

test('the original length stands outside in files of Phi-3', async () => {
  const { original_max_position_embeddings: _, ...rope_scaling } = long;
  const model = smallLlama('phi3', { rope_scaling, ...original });
  expectOptionToMatter(model, original, windows, forward);
  await checkLosses(runtime, `${root}/phi3`, model, windows, forward);
});

test.each([
  { rotary_pct: 0.5 },
  { rotary_pct: 1 },
  { rotary_emb_base: 50 },
  { rope_theta: 50 },
  { rope_scaling: { type: 'linear', factor: 2 } },
  { rope_parameters: { rope_type: 'default', rope_theta: 70, partial_rotary_factor: 0.75 } },
])('GPT-NeoX with %j', async (options) => {
  const plain: PlainLosses = (model, window) => gptNeoxLosses(model, window.inputIds);
  const isShared = Object.hasOwn(options, 'rope_parameters') || Object.hasOwn(options, 'rotary_pct');
  const model = smallGptNeox({ ...(isShared ? {} : { rotary_pct: 0.5 }), ...options });
  expectOptionToMatter(model, options, windows, plain);
  await checkLosses(runtime, `${root}/${count++}`, model, windows, plain);
});

const late = { max_position_embeddings: 1000, vocab_size: 24 };

test('late positions are as exact as early ones', async () => {
  const inputIds = Array.from({ length: 700 }, (_, i) => (i * i + 3 * i) % 24);
  const window = { id: 0, inputIds, attentionMask: inputIds.map(() => 1) };
  await checkLosses(
    runtime,
    `${root}/late`,
    smallLlama('llama', { ...late, num_hidden_layers: 1 }),
    [window],
    forward,
  );
});

const refused: [Record<string, unknown>, RegExp][] = [
  [{ rope_scaling: { rope_type: 'xpos' } }, /rope_scaling\.rope_type is "xpos"/],
  [{ rope_scaling: { type: 'ntk', factor: 2 } }, /is "ntk"/],
  [{ rope_scaling: { rope_type: 'linear', factor: 2, beta_fast: 4 } }, /rope_scaling\.beta_fast is 4/],
  [{ rope_scaling: { ...yarn, factor: 8 } }, /transformers disagree/],
  [{ rope_scaling: { ...long, factor: 2 } }, /transformers disagree/],
  [{ rope_scaling: { ...yarn }, ...{ original_max_position_embeddings: 32 } }, /different values/],
  [{ rope_scaling: { rope_theta: 1 }, rope_theta: 2 }, /different values/],
  [{ rope_scaling: { factor: 2 }, rope_parameters: { rope_theta: 2 } }, /keep one of them/],
  [{ partial_rotary_factor: 0.5, rope_parameters: { partial_rotary_factor: 0.5 } }, /whole heads/],
  [{ head_dim: 7 }, /even part/],
  [{ rope_scaling: 'linear' }, /must be an object/],
  [{ rope_scaling: { rope_type: 'linear' } }, /factor must be a positive number, but is missing/],
  [{ rope_scaling: { ...llama3, high_freq_factor: 1 } }, /larger than low_freq_factor/],
  [{ rope_scaling: { ...long, long_factor: [1, 2, 3] } }, /list of 4 positive numbers/],
  [{ rope_scaling: { ...long, short_factor: [1, 2, 3, -1] } }, /list of 4 positive numbers/],
  [{ rope_parameters: { sliding_attention: { rope_theta: 3 } } }, /sliding_attention/],
];

test.each(refused)('%j is refused', (options, message) => {
  const model = smallLlama('llama', options);
  const findings = checkArchitecture('llama', model.config, tensorFactsOf(model));
  expect(findings).toContainEqual(
    expect.objectContaining({ severity: 'error', message: expect.stringMatching(message) }),
  );
});
