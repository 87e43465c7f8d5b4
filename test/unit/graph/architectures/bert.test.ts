import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkArchitecture } from '../../../../engine/graph/architectures/check-architecture.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallBert } from '../../../fixtures/encoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { labelled, maskedWindow } from '../../../fixtures/evaluate-inputs.ts';
import type { SmallModel } from '../../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { tensorFactsOf } from '../../../fixtures/tensor-facts-of.ts';
import { bertLosses } from '../../../reference-models/bert.ts';

const root = temporaryFolder('bert');
const windows = [
  maskedWindow(0, [2, 5, 4, 7, 8, 4, 10, 11, 4, 13, 14, 15, 16, 17, 18, 3], [2, 5, 8, 9], [6, 9, 12, 13]),
  maskedWindow(1, [2, 4, 3], [1], [20]),
];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

const forwardOf =
  (prefix: string): PlainLosses =>
  (model, window) => {
    const { positions, targets } = labelled(window);
    return bertLosses(model, window.inputIds, positions, targets, prefix);
  };
const forward = forwardOf('bert.');
const check = (name: string, model: SmallModel, plain = forward): Promise<void> =>
  checkLosses(runtime, `${root}/${name}`, model, windows, plain);

/** Another name for a tensor. */
function rename(model: SmallModel, from: RegExp, to: string): SmallModel {
  const renamed = [...model.tensors].map(([name, tensor]) => [name.replace(from, to), tensor] as const);
  return { config: model.config, tensors: new Map(renamed) };
}

const options: [string, Record<string, unknown>][] = [
  ...['gelu_new', 'relu', 'silu', 'quick_gelu', 'tanh'].map((act): [string, Record<string, unknown>] => [
    act,
    { hidden_act: act },
  ]),
  ['epsilon', { layer_norm_eps: 0.1 }],
  ['untied', { tie_word_embeddings: false }],
];

test.each(options)('option %s', async (name, option) => {
  const model = smallBert(option);
  expectOptionToMatter(model, option, windows, forward);
  await check(name, model);
});

test('defaults', () => check('defaults', smallBert()));

test('every number of heads gives other losses', async () => {
  const model = smallBert({ num_attention_heads: 4 });
  const other = { ...model, config: { ...model.config, num_attention_heads: 2 } };
  expect(forward(other, windows[0]!)).not.toEqual(forward(model, windows[0]!));
  await check('heads', model);
});

test('names without the prefix', () => check('bare', smallBert({}, ''), forwardOf('')));

test('norms that are called gamma and beta', async () => {
  const model = smallBert();
  const old = rename(
    rename(model, /LayerNorm\.weight$/, 'LayerNorm.gamma'),
    /LayerNorm\.bias$/,
    'LayerNorm.beta',
  );
  expect(old.tensors.has('cls.predictions.transform.LayerNorm.gamma')).toBe(true);
  await check('gamma', old, (_, window) => forward(model, window));
});

test('the vocabulary bias under the name of the decoder', async () => {
  const model = smallBert();
  const other = rename(model, /^cls\.predictions\.bias$/, 'cls.predictions.decoder.bias');
  await check('decoder-bias', other, (_, window) => forward(model, window));
});

describe('what is stored besides', () => {
  const beside = smallBert();
  const { values } = beside.tensors.get('bert.embeddings.LayerNorm.bias')!;
  for (const name of [
    'bert.pooler.dense.bias',
    'cls.seq_relationship.bias',
    'cls.predictions.decoder.weight',
    'cls.predictions.decoder.bias',
    'bert.embeddings.position_ids',
  ])
    beside.tensors.set(name, { shape: [values.length], values });

  test('does not count', () => check('beside', beside, (_, window) => forward(smallBert(), window)));

  test('is a note where it is a head', () => {
    const findings = checkArchitecture('bert', beside.config, tensorFactsOf(beside));
    expect(findings).toMatchObject([{ code: 'M213', severity: 'note' }]);
    expect(findings[0]?.message).toMatch(/^cls\.predictions\.decoder\.weight is stored/);
  });
});

const refused: [string, string, Record<string, unknown>][] = [
  ['M204', '/position_embedding_type', { position_embedding_type: 'relative_key' }],
  ['M204', '/is_decoder', { is_decoder: true }],
  ['M204', '/add_cross_attention', { add_cross_attention: true }],
  ['M204', '/pruned_heads', { pruned_heads: { 0: [1] } }],
  ['M204', '/hidden_act', { hidden_act: 'mish' }],
  ['M204', '/num_attention_heads', { num_attention_heads: 3 }],
  ['M203', '/architectures', { architectures: ['BertForSequenceClassification'] }],
  ['M203', '/architectures', { architectures: ['BertModel'] }],
];

test.each(refused)('%s at %s', (code, pointer, option) => {
  const model = smallBert(option);
  expect(checkArchitecture('bert', model.config, tensorFactsOf(model))).toMatchObject([
    { code, pointer, severity: 'error' },
  ]);
});

test('a checkpoint without its head is refused by name', () => {
  const model = smallBert();
  for (const name of [...model.tensors.keys()]) if (name.startsWith('cls.')) model.tensors.delete(name);
  const findings = checkArchitecture('bert', model.config, tensorFactsOf(model));
  expect(findings).toMatchObject([{ code: 'M240', actual: 'cls.predictions.transform.dense.weight' }]);
});

test('a head of its own that is not stored is missing', () => {
  const model = smallBert({ tie_word_embeddings: false });
  model.tensors.delete('cls.predictions.decoder.weight');
  expect(checkArchitecture('bert', model.config, tensorFactsOf(model))).toMatchObject([{ code: 'M209' }]);
});
