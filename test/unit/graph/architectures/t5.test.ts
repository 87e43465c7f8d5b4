import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkArchitecture } from '../../../../engine/graph/architectures/check-architecture.ts';
import { t5 } from '../../../../engine/graph/architectures/t5.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallT5 } from '../../../fixtures/encoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { pairWindow } from '../../../fixtures/evaluate-inputs.ts';
import type { SmallModel } from '../../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { tensorFactsOf } from '../../../fixtures/tensor-facts-of.ts';
import { t5Losses } from '../../../reference-models/t5.ts';

const root = temporaryFolder('t5');
const target = [9, 4, 16, 3, 3, 21, 8, 12, 17, 6, 20, 1];
const windows = [
  pairWindow(
    0,
    [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 1],
    [0, ...target.slice(0, -1)],
    target,
  ),
  pairWindow(1, [5, 1], [0], [1]),
];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

const forward: PlainLosses = (model, window) =>
  t5Losses(model, window.inputIds, window.decoderInputIds!, window.labels!);
const check = (name: string, model: SmallModel, plain = forward): Promise<void> =>
  checkLosses(runtime, `${root}/${name}`, model, windows, plain);

const options: [string, Record<string, unknown>][] = [
  ['untied', { tie_word_embeddings: false }],
  ['gelu', { feed_forward_proj: 'gelu' }],
  ['epsilon', { layer_norm_epsilon: 0.3 }],
  ['a stated activation', { dense_act_fn: 'silu' }],
  ['a farther distance', { relative_attention_max_distance: 40 }],
];

test.each(options)('option %s', async (name, option) => {
  const model = smallT5(option);
  expectOptionToMatter(model, option, windows, forward);
  await check(name, model);
});

test('the first version', () => check('v1', smallT5()));
test('other sizes', () =>
  check('sizes', smallT5({ num_heads: 3, d_kv: 5, d_ff: 7, num_layers: 1, num_decoder_layers: 3 })));

describe('gated forms', () => {
  const gated: [string, Record<string, unknown>][] = [
    ['gated-gelu means the approximation', { feed_forward_proj: 'gated-gelu' }],
    ['gated-silu', { feed_forward_proj: 'gated-silu' }],
    ['gated-relu', { feed_forward_proj: 'gated-relu' }],
    ['gated-gelu with a stated gelu', { feed_forward_proj: 'gated-gelu', dense_act_fn: 'gelu' }],
  ];
  test.each(gated)('%s', (name, option) => check(name, smallT5({ tie_word_embeddings: false, ...option })));

  test('all of them differ', () => {
    const losses = gated.map(([, option]) => forward(smallT5(option), windows[0]!));
    for (const [i, one] of losses.entries())
      for (const other of losses.slice(i + 1))
        expect(Math.max(...one.map((loss, j) => Math.abs(loss - other[j]!)))).toBeGreaterThan(2e-4);
  });
});

describe('heads of newer files, which call every model tied', () => {
  test('scaled, with the embedding', () => check('scaled', smallT5({ scale_decoder_outputs: true })));

  test('not scaled, with the stored head', async () => {
    const model = smallT5({ scale_decoder_outputs: false });
    expectOptionToMatter(model, { scale_decoder_outputs: false }, windows, forward);
    await check('stored', model);
  });
});

describe('names of the embedding', () => {
  const plain = smallT5();
  const embedding = plain.tensors.get('shared.weight')!;

  test.each(['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'])('%s alone', async (name) => {
    const model = smallT5();
    model.tensors.delete('shared.weight');
    model.tensors.set(name, embedding);
    await check(name, model, (_, window) => forward(plain, window));
  });

  test('all of them, with a tied head and an unused bias', async () => {
    const model = smallT5();
    const other = { shape: embedding.shape, values: new Float32Array(embedding.values.length) };
    for (const name of ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight', 'lm_head.weight'])
      model.tensors.set(name, other);
    model.tensors.set(
      'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight',
      model.tensors.get('decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight')!,
    );
    await check('all-names', model, (_, window) => forward(plain, window));
    expect(checkArchitecture('t5', model.config, tensorFactsOf(model))).toMatchObject([{ code: 'M213' }]);
  });
});

test('what the decoder reads first comes from config.json', () => {
  const model = smallT5({ decoder_start_token_id: 7 });
  expect(t5.plan(model.config, tensorFactsOf(model)).value?.decoderStartId).toBe(7);
});

const refused: [string, string, Record<string, unknown>][] = [
  ['M204', '/feed_forward_proj', { feed_forward_proj: 'gated' }],
  ['M204', '/feed_forward_proj', { feed_forward_proj: 'half-gelu' }],
  ['M204', '/feed_forward_proj', { feed_forward_proj: 'mish' }],
  ['M204', '/dense_act_fn', { dense_act_fn: 'mish' }],
  ['M204', '/is_encoder_decoder', { is_encoder_decoder: false }],
  ['M204', '/is_decoder', { is_decoder: true }],
  ['M204', '/tie_encoder_decoder', { tie_encoder_decoder: true }],
  ['M204', '/relative_attention_num_buckets', { relative_attention_num_buckets: 2 }],
  ['M204', '/relative_attention_num_buckets', { relative_attention_max_distance: 4 }],
  ['M202', '/decoder_start_token_id', { decoder_start_token_id: undefined }],
  ['M202', '/layer_norm_epsilon', { layer_norm_epsilon: -1 }],
  ['M203', '/architectures', { architectures: ['T5EncoderModel'] }],
];

test.each(refused)('%s at %s: %j', (code, pointer, option) => {
  const model = smallT5(option);
  expect(checkArchitecture('t5', model.config, tensorFactsOf(model))).toMatchObject([
    { code, pointer, severity: 'error' },
  ]);
});
