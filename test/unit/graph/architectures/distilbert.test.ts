import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkArchitecture } from '../../../../engine/graph/architectures/check-architecture.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallDistilbert } from '../../../fixtures/encoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { labelled, maskedWindow } from '../../../fixtures/evaluate-inputs.ts';
import type { SmallModel } from '../../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { tensorFactsOf } from '../../../fixtures/tensor-facts-of.ts';
import { distilbertLosses } from '../../../reference-models/distilbert.ts';

const root = temporaryFolder('distilbert');
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
    return distilbertLosses(model, window.inputIds, positions, targets, prefix);
  };
const forward = forwardOf('distilbert.');
const check = (name: string, model: SmallModel, plain = forward): Promise<void> =>
  checkLosses(runtime, `${root}/${name}`, model, windows, plain);

const options: [string, Record<string, unknown>][] = [
  ['relu', { activation: 'relu' }],
  ['gelu_new', { activation: 'gelu_new' }],
  ['untied', { tie_word_embeddings: false }],
];

test.each(options)('option %s', async (name, option) => {
  const model = smallDistilbert(option);
  expectOptionToMatter(model, option, windows, forward);
  await check(name, model);
});

test('defaults', () => check('defaults', smallDistilbert()));
test('other sizes', () => check('sizes', smallDistilbert({ n_heads: 4, n_layers: 1, hidden_dim: 12 })));
test('names without the prefix', () => check('bare', smallDistilbert({}, ''), forwardOf('')));
test('how the stored positions came about does not count', () =>
  check('sinusoidal', smallDistilbert({ sinusoidal_pos_embds: true })));

test('a tied head that is stored does not count', async () => {
  const beside = smallDistilbert();
  const { shape } = beside.tensors.get('distilbert.embeddings.word_embeddings.weight')!;
  beside.tensors.set('vocab_projector.weight', {
    shape,
    values: new Float32Array(shape[0]! * shape[1]!).fill(1),
  });
  await check('beside', beside, (_, window) => forward(smallDistilbert(), window));
  expect(checkArchitecture('distilbert', beside.config, tensorFactsOf(beside))).toMatchObject([
    { code: 'M213' },
  ]);
});

const refused: [string, string, Record<string, unknown>][] = [
  ['M204', '/activation', { activation: 'mish' }],
  ['M204', '/n_heads', { n_heads: 3 }],
  ['M204', '/pruned_heads', { pruned_heads: { 0: [1] } }],
  ['M203', '/architectures', { architectures: ['DistilBertForSequenceClassification'] }],
];

test.each(refused)('%s at %s', (code, pointer, option) => {
  const model = smallDistilbert(option);
  expect(checkArchitecture('distilbert', model.config, tensorFactsOf(model))).toMatchObject([
    { code, pointer, severity: 'error' },
  ]);
});

test('a checkpoint without its head is refused by name', () => {
  const model = smallDistilbert();
  for (const name of [...model.tensors.keys()]) if (name.startsWith('vocab_')) model.tensors.delete(name);
  expect(checkArchitecture('distilbert', model.config, tensorFactsOf(model))).toMatchObject([
    { code: 'M240', actual: 'vocab_transform.weight' },
  ]);
});
