import { expect, test } from 'vitest';
import { judgeInvariants } from '../../../../engine/guards/invariants/invariants-guard.ts';
import type { ModelStructure } from '../../../../engine/guards/invariants/model-structure.ts';

const policy = { strict_mode: false, on_fail: 'warn', profile_checks: [] };

const model: ModelStructure = {
  modules: [
    ['shared', 'Embedding'],
    ['lm_head', 'Linear'],
  ],
  embeddings: { shared: 8 },
  layerNorms: [],
  parameters: [
    { name: 'shared.weight', shape: [8, 4], storage: 'a', finite: true, dtype: 'F32' },
    { name: 'encoder.final_layer_norm.weight', shape: [4], storage: 'b', finite: true, dtype: 'F32' },
    { name: 'lm_head.weight', shape: [8, 4], storage: 'a', finite: true, dtype: 'F32' },
  ],
  buffers: [],
  config: { model_type: 't5', vocab_size: 8, layer_norm_epsilon: 1e-6 },
};

function change(index: number, facts: Partial<ModelStructure['parameters'][number]>): ModelStructure {
  return {
    ...model,
    parameters: model.parameters.map((tensor, at) => (at === index ? { ...tensor, ...facts } : tensor)),
  };
}

test.each<[string, ModelStructure, boolean, string[]]>([
  ['nothing', model, true, []],
  ['a value that is not finite', change(0, { finite: false }), false, ['non_finite_tensor']],
  [
    'an untied head',
    change(2, { storage: 'c' }),
    false,
    [
      'invariant_violation weight_tying',
      'invariant_violation weight_tying_arches',
      'invariant_violation parameter_count',
    ],
  ],
  ['a shape', change(1, { shape: [2, 2] }), false, ['shape_mismatch']],
  ['a dtype', change(1, { dtype: 'F16' }), true, ['dtype_mismatch']],
  [
    'a missing norm',
    { ...model, parameters: model.parameters.filter((_, index) => index !== 1) },
    false,
    ['tensor_missing', 'invariant_violation parameter_count'],
  ],
  ['a setting', { ...model, config: { ...model.config, layer_norm_epsilon: 1e-5 } }, false, ['config_drift']],
  ['an embedding', { ...model, embeddings: { shared: 9 } }, false, ['tokenizer_mismatch']],
])('%s changed', (_, subject, passed, expected) => {
  const outcome = judgeInvariants(model, subject, policy);
  const found = outcome.violations.map(({ type, check }) => [type, check].filter(Boolean).join(' '));
  expect([outcome.passed, found]).toEqual([passed, expected]);
});
