import { expect, test } from 'vitest';
import { inSpectralScope, spectralFamily } from '../../../../engine/guards/spectral/spectral-families.ts';

test.each([
  ['model.layers.0.mlp.gate_proj', 'Linear', 'ffn'],
  ['model.layers.0.mlp.gate_up_proj', 'Linear', 'ffn'],
  ['model.layers.0.mlp.experts.7.gate_proj', 'Linear', 'expert_ffn'],
  ['model.layers.0.mlp.shared_expert_gate', 'Linear', 'router'],
  ['model.layers.0.block_sparse_moe.gate', 'Linear', 'router'],
  ['model.layers.0.block_sparse_moe.experts.0.w1', 'Linear', 'expert_ffn'],
  ['bert.encoder.layer.0.intermediate.dense', 'Linear', 'ffn'],
  ['bert.encoder.layer.0.output.dense', 'Linear', 'ffn'],
  ['bert.encoder.layer.0.attention.output.dense', 'Linear', 'attn'],
  ['cls.predictions.transform.dense', 'Linear', 'other'],
  ['encoder.block.0.layer.1.DenseReluDense.wi_0', 'Linear', 'ffn'],
  ['encoder.block.0.layer.0.SelfAttention.q', 'Linear', 'attn'],
  ['shared', 'Embedding', 'embed'],
  ['model.decoder.layers.0.fc1', 'Linear', 'ffn'],
  ['gpt_neox.layers.0.mlp.dense_h_to_4h', 'Linear', 'ffn'],
  ['distilbert.transformer.layer.0.ffn.lin1', 'Linear', 'ffn'],
  ['transformer.wpe', 'Embedding', 'embed'],
  ['aggregate.proj', 'Linear', 'other'],
  ['lm_head', 'Linear', 'other'],
])('%s is %s of the family %s', (path, className, family) => {
  expect(spectralFamily(path, className)).toBe(family);
});

test.each([
  ['ffn', 'bert.encoder.layer.0.output.dense', true],
  ['ffn', 'encoder.block.0.layer.1.DenseReluDense.wo', true],
  ['ffn', 'transformer.h.0.attn.c_proj', false],
  ['attn', 'transformer.h.0.mlp.c_proj', false],
  ['ffn+proj', 'transformer.h.0.attn.c_proj', true],
  ['ffn+proj', 'transformer.h.0.attn.c_attn', false],
  ['all', 'lm_head', true],
])('scope %s and %s: %s, for measuring and checking alike', (scope, path, expected) => {
  expect(inSpectralScope(scope, path, 'Linear', { step: 'measure' })).toBe(expected);
  expect(inSpectralScope(scope, path, 'Linear', { step: 'check' })).toBe(expected);
});
