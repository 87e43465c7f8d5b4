import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkArchitecture } from '../../../../engine/graph/architectures/check-architecture.ts';
import { roberta } from '../../../../engine/graph/architectures/roberta.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallRoberta } from '../../../fixtures/encoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { labelled, maskedWindow } from '../../../fixtures/evaluate-inputs.ts';
import type { SmallModel } from '../../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { tensorFactsOf } from '../../../fixtures/tensor-facts-of.ts';
import { robertaLosses } from '../../../reference-models/roberta.ts';

const root = temporaryFolder('roberta');
const windows = [
  // The padding token 1 stands inside, as a real token.
  maskedWindow(0, [0, 5, 4, 7, 1, 4, 10, 11, 4, 13, 14, 15, 16, 17, 18, 2], [2, 5, 8, 9], [6, 9, 12, 13]),
  maskedWindow(1, [0, 4, 2], [1], [20]),
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
    return robertaLosses(model, window.inputIds, positions, targets, prefix);
  };
const forward = forwardOf('roberta.');
const check = (name: string, model: SmallModel, plain = forward): Promise<void> =>
  checkLosses(runtime, `${root}/${name}`, model, windows, plain);

const options: [string, Record<string, unknown>][] = [
  ['relu', { hidden_act: 'relu' }],
  ['gelu_new', { hidden_act: 'gelu_new' }],
  ['epsilon', { layer_norm_eps: 0.1 }],
  ['untied', { tie_word_embeddings: false }],
  ['padding id 0', { pad_token_id: 0 }],
  ['padding id 3', { pad_token_id: 3 }],
];

test.each(options)('option %s', async (name, option) => {
  const model = smallRoberta(option);
  expectOptionToMatter(model, option, windows, forward);
  await check(name, model);
});

test('defaults', () => check('defaults', smallRoberta()));
test('names without the prefix', () => check('bare', smallRoberta({}, ''), forwardOf('')));

test('the context is what the position table holds behind the padding id', () => {
  for (const [padId, contextLength] of [
    [0, 19],
    [1, 18],
    [7, 12],
  ]) {
    const model = smallRoberta({ pad_token_id: padId });
    expect(roberta.plan(model.config, tensorFactsOf(model)).value?.contextLength).toBe(contextLength);
  }
});

test('what is stored besides does not count', async () => {
  const beside = smallRoberta();
  const { values } = beside.tensors.get('roberta.embeddings.LayerNorm.bias')!;
  for (const name of ['roberta.pooler.dense.bias', 'lm_head.decoder.weight', 'lm_head.decoder.bias'])
    beside.tensors.set(name, { shape: [values.length], values });
  await check('beside', beside, (_, window) => forward(smallRoberta(), window));
});

test('the vocabulary bias under the name of the decoder', async () => {
  const model = smallRoberta();
  const other = smallRoberta();
  other.tensors.set('lm_head.decoder.bias', other.tensors.get('lm_head.bias')!);
  other.tensors.delete('lm_head.bias');
  await check('decoder-bias', other, (_, window) => forward(model, window));
});

test('of an untied head the bias of its own counts', async () => {
  const model = smallRoberta({ tie_word_embeddings: false });
  const other = smallRoberta({ tie_word_embeddings: false });
  const { shape } = model.tensors.get('lm_head.bias')!;
  const values = Float32Array.from({ length: shape[0]! }, (_, i) => Math.sin(i));
  model.tensors.set('lm_head.bias', { shape, values });
  other.tensors.set('lm_head.decoder.bias', { shape, values });
  await check('untied-bias', other, (_, window) => forward(model, window));
});

const refused: [string, string, Record<string, unknown>][] = [
  ['M204', '/position_embedding_type', { position_embedding_type: 'relative_key_query' }],
  ['M204', '/is_decoder', { is_decoder: true }],
  ['M204', '/max_position_embeddings', { pad_token_id: 19 }],
  ['M202', '/pad_token_id', { pad_token_id: -1 }],
  ['M203', '/architectures', { architectures: ['RobertaForCausalLM'] }],
];

test.each(refused)('%s at %s', (code, pointer, option) => {
  const model = smallRoberta(option);
  expect(checkArchitecture('roberta', model.config, tensorFactsOf(model))).toMatchObject([
    { code, pointer, severity: 'error' },
  ]);
});

test('a checkpoint without its head is refused by name', () => {
  const model = smallRoberta();
  for (const name of [...model.tensors.keys()]) if (name.startsWith('lm_head.')) model.tensors.delete(name);
  expect(checkArchitecture('roberta', model.config, tensorFactsOf(model))).toMatchObject([
    { code: 'M240', actual: 'lm_head.dense.weight' },
  ]);
});
