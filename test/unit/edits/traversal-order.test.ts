import { expect, test } from 'vitest';
import { inTraversalOrder } from '../../../engine/edits/traversal-order.ts';

test.each<[string, string[]]>([
  [
    'GPT-2',
    [
      'transformer.h.0.attn.c_attn.weight',
      'transformer.h.0.attn.c_proj.weight',
      'transformer.h.0.mlp.c_fc.weight',
      'transformer.h.0.mlp.c_proj.weight',
      'transformer.h.2.attn.c_attn.weight',
      'transformer.h.10.attn.c_attn.weight',
    ],
  ],
  [
    'Llama',
    [
      'model.layers.0.self_attn.q_proj.weight',
      'model.layers.0.self_attn.k_proj.weight',
      'model.layers.0.self_attn.v_proj.weight',
      'model.layers.0.self_attn.o_proj.weight',
      'model.layers.0.mlp.gate_proj.weight',
      'model.layers.0.mlp.up_proj.weight',
      'model.layers.0.mlp.down_proj.weight',
      'model.layers.1.self_attn.q_proj.weight',
    ],
  ],
  [
    'BERT',
    [
      'bert.encoder.layer.0.attention.self.query.weight',
      'bert.encoder.layer.0.attention.self.key.weight',
      'bert.encoder.layer.0.attention.self.value.weight',
      'bert.encoder.layer.0.attention.output.dense.weight',
      'bert.encoder.layer.0.intermediate.dense.weight',
      'bert.encoder.layer.0.output.dense.weight',
    ],
  ],
  [
    'T5',
    [
      'encoder.block.0.layer.0.SelfAttention.q.weight',
      'encoder.block.0.layer.0.SelfAttention.k.weight',
      'encoder.block.0.layer.0.SelfAttention.v.weight',
      'encoder.block.0.layer.0.SelfAttention.o.weight',
      'encoder.block.0.layer.1.DenseReluDense.wi.weight',
      'encoder.block.0.layer.1.DenseReluDense.wo.weight',
      'decoder.block.0.layer.0.SelfAttention.q.weight',
    ],
  ],
])('the matrices of %s in the order of the model', (_family, expected) => {
  expect([...expected].sort().sort(inTraversalOrder)).toEqual(expected);
  expect([...expected].reverse().sort(inTraversalOrder)).toEqual(expected);
});
