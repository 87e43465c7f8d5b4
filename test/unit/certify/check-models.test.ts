import { expect, test } from 'vitest';
import { checkModels } from '../../../engine/certify/check-models.ts';
import type { RunSettings } from '../../../engine/config/run-settings.ts';
import { architectureOf } from '../../../engine/graph/architectures/index.ts';
import type { ModelSource } from '../../../engine/models/model-source.ts';
import { smallBert, smallT5 } from '../../fixtures/encoder-checkpoints.ts';
import { type SmallModel, smallGpt2 } from '../../fixtures/gpt2-checkpoint.ts';
import { tensorFactsOf } from '../../fixtures/tensor-facts-of.ts';

const models = { causal: smallGpt2(), mlm: smallBert(), seq2seq: smallT5() };

function source(model: SmallModel, kind: ModelSource['kind'] = 'checkpoint'): ModelSource {
  const { config } = model;
  const modelType = config.model_type as string;
  const plan = architectureOf(modelType)!.plan(config, tensorFactsOf(model)).value!;
  return { ...plan, kind, modelType, config } as unknown as ModelSource;
}

function settings(more: { metric?: string; loss?: string; seqLen?: number; provider?: string }): RunSettings {
  const origin = { kind: 'file', file: 'a.yaml', range: undefined, label: undefined };
  const setting = <T>(value: T) => ({ value, origin });
  return {
    provider: setting(more.provider ?? 'local_jsonl'),
    metricKind: setting(more.metric ?? 'auto'),
    seqLen: setting(more.seqLen ?? 8),
    loss: { type: setting(more.loss ?? 'auto') },
  } as unknown as RunSettings;
}

type Kind = keyof typeof models;

const agreeing: [Kind, string, Parameters<typeof settings>[0], string][] = [
  ['causal', 'auto', {}, 'ppl_causal'],
  ['causal', 'hf_causal', { metric: 'ppl_causal', loss: 'causal' }, 'ppl_causal'],
  ['mlm', 'auto', {}, 'ppl_mlm'],
  ['mlm', 'hf_mlm', { metric: 'ppl_mlm', loss: 'mlm' }, 'ppl_mlm'],
  ['seq2seq', 'hf_auto', { loss: 't5' }, 'ppl_seq2seq'],
  ['seq2seq', 'hf_seq2seq', { metric: 'ppl_seq2seq', loss: 's2s' }, 'ppl_seq2seq'],
  ['causal', 'auto', { provider: 'local_jsonl_tasks' }, 'accuracy'],
  ['seq2seq', 'auto', { provider: 'local_jsonl_tasks', metric: 'accuracy' }, 'accuracy'],
];

test.each(agreeing)('%s with %s and %j', (kind, adapter, more, metric) => {
  const { value, findings } = checkModels([source(models[kind])], adapter, settings(more));
  expect(findings).toEqual([]);
  expect(value).toMatchObject({ loss: kind, metric });
});

const refused: [Kind, string, Parameters<typeof settings>[0], string, object][] = [
  ['mlm', 'hf_causal', {}, 'U712', { expected: 'hf_mlm', actual: 'hf_causal' }],
  ['seq2seq', 'hf_mlm', {}, 'U712', { expected: 'hf_seq2seq' }],
  ['mlm', 'auto', { metric: 'ppl_causal' }, 'U712', { pointer: '/eval/metric/kind', file: 'a.yaml' }],
  ['causal', 'auto', { metric: 'accuracy' }, 'U712', { pointer: '/eval/metric/kind' }],
  ['causal', 'auto', { loss: 'mlm' }, 'U712', { pointer: '/eval/loss/type', expected: 'causal' }],
  ['mlm', 'auto', { loss: 't5' }, 'U712', { actual: 't5' }],
  ['mlm', 'auto', { seqLen: 17 }, 'T321', { expected: 16, actual: 17 }],
];

test.each(refused)('%s with %s and %j is %s', (kind, adapter, more, code, details) => {
  const { value, findings } = checkModels([source(models[kind])], adapter, settings(more));
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code, severity: 'error', ...details }]);
});

test('an adapter that is not there yet is refused', () => {
  const { findings } = checkModels([source(models.causal)], 'hf_unknown', settings({}));
  expect(findings).toMatchObject([{ code: 'U706', actual: 'hf_unknown' }]);
});

test('models with losses of different kinds cannot be compared', () => {
  const pair = [source(models.causal), source(models.mlm)];
  const { value, findings } = checkModels(pair, 'auto', settings({}));
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code: 'U712', expected: 'causal', actual: 'mlm' }]);
});

test.each([
  ['hf_causal', 'onnx', 'hf_causal_onnx'],
  ['hf_causal_onnx', 'checkpoint', 'hf_causal'],
] as const)('the adapter %s does not fit a causal model that is a %s', (adapter, kind, expected) => {
  const { findings } = checkModels([source(models.causal, kind)], adapter, settings({}));
  expect(findings).toMatchObject([{ code: 'U712', expected, actual: adapter }]);
});

test('a checkpoint and its export go together under auto', () => {
  const pair = [source(models.causal), source(models.causal, 'onnx')];
  expect(checkModels(pair, 'auto', settings({})).findings).toEqual([]);
  expect(checkModels(pair, 'hf_causal', settings({})).findings).toMatchObject([{ code: 'U712' }]);
});
