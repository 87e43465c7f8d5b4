import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../../engine/core/findings.ts';
import { checkArchitecture } from '../../../../engine/graph/architectures/check-architecture.ts';
import { smallGptNeox, smallLlama, smallOpt } from '../../../fixtures/decoder-checkpoints.ts';
import type { SmallModel } from '../../../fixtures/gpt2-checkpoint.ts';
import { tensorFactsOf } from '../../../fixtures/tensor-facts-of.ts';

function findingsOf(model: SmallModel): Finding[] {
  return checkArchitecture(model.config.model_type as string, model.config, tensorFactsOf(model));
}

function small(type: string, options: Record<string, unknown>): SmallModel {
  if (type === 'gpt_neox') return smallGptNeox(options);
  return type === 'opt' ? smallOpt(options) : smallLlama(type, options);
}

const refused: [string, Record<string, unknown>, string, RegExp][] = [
  ['llama', { hidden_act: 'mish' }, 'M204', /hidden_act is "mish"/],
  ['llama', { is_encoder_decoder: true }, 'M204', /without an encoder/],
  ['llama', { layer_types: ['full_attention', 'sliding_attention'] }, 'M204', /same attention in all layers/],
  ['llama', { layer_types: ['full_attention'] }, 'M204', /each of the 2 layers/],
  ['llama', { layer_types: ['full_attention', 'chunked_attention'] }, 'M204', /sliding_attention for each/],
  ['llama', { rms_norm_eps: 0 }, 'M202', /rms_norm_eps must be a positive number/],
  ['llama', { hidden_size: undefined }, 'M202', /hidden_size must be a whole number.*but is missing/],
  ['llama', { num_key_value_heads: 3 }, 'M204', /divide the 4 attention heads/],
  ['llama', { attention_bias: 'no' }, 'M202', /attention_bias must be true or false/],
  ['mistral', { sliding_window: -1 }, 'M202', /sliding_window must be a whole number/],
  [
    'mistral',
    { sliding_window: null, layer_types: ['sliding_attention', 'sliding_attention'] },
    'M204',
    /layer_types/,
  ],
  ['qwen2', { layer_types: ['full_attention', 'sliding_attention'] }, 'M204', /need a sliding_window/],
  ['phi3', { attention_bias: true }, 'M204', /Phi-3 has no biases/],
  ['gemma2', { use_bidirectional_attention: true }, 'M204', /Only causal/],
  ['gemma2', { attn_logit_softcapping: -5 }, 'M202', /attn_logit_softcapping/],
  ['gemma3_text', { attn_logit_softcapping: 50 }, 'M204', /does not cap attention scores/],
  ['gemma3_text', { use_bidirectional_attention: true }, 'M204', /Only causal/],
  ['gpt_neox', { num_attention_heads: 5 }, 'M204', /divide hidden_size/],
  ['opt', { layer_norm_elementwise_affine: false }, 'M204', /Norms must have weights/],
  ['opt', { num_attention_heads: 3 }, 'M204', /divide hidden_size/],
];

test.each(refused)('%s with %j is refused', (type, options, code, message) => {
  const model = small(type, {});
  const findings = findingsOf({ ...model, config: { ...model.config, ...options } });
  expect(findings).toContainEqual(
    expect.objectContaining({ code, severity: 'error', message: expect.stringMatching(message) }),
  );
});

/** A bias that config.json does not have, or a head that it does not: the tensors give it away. */
const mismatched: [string, Record<string, unknown>, string, RegExp][] = [
  ['llama', { attention_bias: true }, 'M209', /q_proj\.bias/],
  ['llama', { tie_word_embeddings: false }, 'M209', /lm_head\.weight/],
  ['llama', { num_key_value_heads: 4 }, 'M211', /k_proj\.weight/],
  ['llama', { num_hidden_layers: 1 }, 'M210', /layers\.1\./],
  ['gpt_neox', { attention_bias: false }, 'M210', /query_key_value\.bias/],
  ['opt', { do_layer_norm_before: false }, 'M210', /final_layer_norm/],
  ['opt', { word_embed_proj_dim: 8 }, 'M209', /project_in/],
];

test.each(mismatched)('%s with %j does not fit its tensors', (type, options, code, message) => {
  const model = small(type, type === 'llama' ? { tie_word_embeddings: true } : {});
  const findings = findingsOf({ ...model, config: { ...model.config, ...options } });
  expect(findings).toContainEqual(
    expect.objectContaining({ code, severity: 'error', message: expect.stringMatching(message) }),
  );
});

describe('options that nobody asked for', () => {
  const types = ['llama', 'mistral', 'qwen2', 'qwen3', 'phi3', 'gemma2', 'gemma3_text', 'gpt_neox', 'opt'];
  const neutral = {
    architectures: undefined,
    attention_dropout: 0.1,
    bos_token_id: 1,
    eos_token_id: [1, 2],
    initializer_range: 0.02,
    is_decoder: true,
    torch_dtype: 'bfloat16',
    transformers_version: '4.57.0',
    use_cache: true,
  };
  test.each(types)('of %s are silent when they cannot matter', (type) => {
    const model = small(type, {});
    const config = { ...model.config, ...neutral, residual_multiplier: null, with_extras: {} };
    expect(findingsOf({ ...model, config })).toEqual([]);
  });

  test.each(types)('of %s are named when they might', (type) => {
    const model = small(type, {});
    const config = { ...model.config, residual_multiplier: 0.22 };
    expect(findingsOf({ ...model, config })).toEqual([
      expect.objectContaining({ code: 'M214', severity: 'warning', pointer: '/residual_multiplier' }),
    ]);
  });

  test('a window that Llama does not have is named', () => {
    expect(findingsOf(smallLlama('llama', { sliding_window: 128 }))).toMatchObject([{ code: 'M214' }]);
  });
});

test('a stored head that is not used is mentioned', () => {
  const model = smallLlama('llama');
  expect(findingsOf({ ...model, config: { ...model.config, tie_word_embeddings: true } })).toMatchObject([
    { code: 'M213', severity: 'note' },
  ]);
  const neox = smallGptNeox();
  expect(findingsOf({ ...neox, config: { ...neox.config, tie_word_embeddings: true } })).toMatchObject([
    { code: 'M213', message: expect.stringMatching(/^embed_out\.weight is stored/) },
  ]);
});

test('a class that is another task is refused', () => {
  const model = smallLlama('llama', { architectures: ['LlamaForSequenceClassification'] });
  expect(findingsOf(model)).toMatchObject([{ code: 'M203', pointer: '/architectures' }]);
});
