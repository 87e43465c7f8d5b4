import { expect, test } from 'vitest';
import { isRmtModule, rmtFamily } from '../../../../engine/guards/rmt/rmt-families.ts';

test.each([
  ['bert.encoder.layer.0.intermediate.dense', 'Linear', 'ffn', true],
  ['bert.encoder.layer.0.attention.output.LayerNorm', 'LayerNorm', 'attn', true],
  ['bert.encoder.layer.0.output.LayerNorm', 'LayerNorm', 'other', true],
  ['encoder.block.0.layer.1.DenseReluDense.wo', 'Linear', 'ffn', true],
  ['shared', 'Embedding', 'embed', true],
  ['model.decoder.layers.0.fc1', 'Linear', 'ffn', true],
  ['model.layers.0.block_sparse_moe.gate', 'Linear', 'ffn', true],
  ['model.layers.0.input_layernorm', 'LlamaRMSNorm', 'other', false],
  ['lm_head', 'Linear', 'other', false],
])('%s (%s) is of the family %s, looked at: %s', (path, className, family, isLookedAt) => {
  expect([rmtFamily(path, className), isRmtModule(path, className)]).toEqual([family, isLookedAt]);
});
