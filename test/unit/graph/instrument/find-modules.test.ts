import { expect, test } from 'vitest';
import type { OnnxInitializer, OnnxNode, OnnxType } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import { findModules } from '../../../../engine/graph/instrument/find-modules.ts';
import { ModelEditor } from '../../../../engine/graph/instrument/model-editor.ts';
import { type Attributes, attributesOf } from '../../../fixtures/onnx-layouts/layout-graph.ts';

const tensor = (name: string, shape: readonly number[], type: OnnxType = 'F32'): OnnxInitializer => ({
  kind: 'external',
  name,
  type,
  shape,
  location: 'w.bin',
  offset: 0,
  lengthBytes: 0,
});

const node = (
  op: string,
  inputs: string[],
  output: string,
  more: Partial<OnnxNode> & { a?: Attributes } = {},
): OnnxNode => {
  const { a = {}, ...rest } = more;
  return {
    name: `/blocks.0/mlp/up/${op}`,
    op,
    inputs,
    outputs: [output],
    attributes: attributesOf(a),
    ...rest,
  };
};

const microsoft = { domain: 'com.microsoft' };

test.each<[string, OnnxNode[], OnnxInitializer[], object]>([
  [
    'a Conv1D',
    [node('MatMul', ['x', 'h.0.c_fc.weight'], 'y')],
    [tensor('h.0.c_fc.weight', [4, 8])],
    { name: 'h.0.c_fc', product: { from: 4, to: 8 } },
  ],
  [
    'a Gemm with a transposed weight',
    [node('Gemm', ['x', 'fc.weight', 'fc.bias'], 'y', { a: { transB: 1 } })],
    [tensor('fc.weight', [8, 4]), tensor('fc.bias', [8])],
    { name: 'fc', output: 'y', product: { from: 4, to: 8 } },
  ],
  [
    'a Gemm with transposed activations',
    [node('Gemm', ['x', 'fc.weight'], 'y', { a: { transA: 1 } })],
    [tensor('fc.weight', [4, 8])],
    { name: 'fc', product: { from: 4, to: 8, isInputTransposed: true } },
  ],
  [
    'Transpose before a product',
    [node('Transpose', ['fc.weight'], 't', { a: { perm: [1, 0] } }), node('MatMul', ['x', 't'], 'y')],
    [tensor('fc.weight', [8, 4])],
    { name: 'fc', product: { from: 4, to: 8, matrix: { isTransposed: true } } },
  ],
  [
    'Identity, Cast and Transpose',
    [
      node('Identity', ['fc.weight'], 'i'),
      node('Cast', ['i'], 'c', { a: { to: 1 } }),
      node('Transpose', ['c'], 't'),
      node('MatMul', ['x', 't'], 'y'),
    ],
    [tensor('fc.weight', [8, 4], 'F16')],
    { name: 'fc', product: { from: 4, to: 8 } },
  ],
  [
    'DequantizeLinear',
    [node('DequantizeLinear', ['fc.weight_quantized', 's'], 'd'), node('MatMul', ['x', 'd'], 'y')],
    [tensor('fc.weight_quantized', [4, 8], 'I8'), tensor('s', [])],
    { name: 'fc', product: { from: 4, to: 8, matrix: { isQuantized: true } } },
  ],
  [
    'a bias in a node of its own',
    [node('MatMul', ['x', 'onnx::MatMul_7'], 'm'), node('Add', ['layer.up.bias', 'm'], 'y')],
    [tensor('onnx::MatMul_7', [4, 8]), tensor('layer.up.bias', [8])],
    { name: 'layer.up', output: 'y', scaled: 'm' },
  ],
  [
    'a weight without a name',
    [node('MatMul', ['x', 'onnx::MatMul_7'], 'y')],
    [tensor('onnx::MatMul_7', [4, 8])],
    { name: 'blocks.0.mlp.up' },
  ],
  [
    'a recorded scope',
    [node('MatMul', ['x', 'val_57'], 'y', { modulePath: 'model.layers.0.up_proj' })],
    [tensor('val_57', [4, 8])],
    { name: 'model.layers.0.up_proj' },
  ],
  [
    'a table that is shared',
    [node('Gather', ['lm_head.weight', 'ids'], 'y', { modulePath: 'model.wte' })],
    [tensor('lm_head.weight', [8, 4])],
    { name: 'model.wte', kind: 'embedding' },
  ],
  [
    'integers',
    [
      node('MatMulInteger', ['q', 'fc.weight_quantized', 'z', 'w'], 'i'),
      node('Cast', ['i'], 'c', { a: { to: 1 } }),
      node('Mul', ['c', 's'], 'm'),
      node('Add', ['m', 'fc.bias'], 'y'),
    ],
    [tensor('fc.weight_quantized', [4, 8], 'I8'), tensor('fc.bias', [8])],
    { name: 'fc', output: 'y', scaled: 'm' },
  ],
  [
    'a static integer product',
    [
      node('QLinearMatMul', ['q', 'qs', 'qz', 'fc.weight_quantized', 's', 'z', 'os', 'oz'], 'i'),
      node('DequantizeLinear', ['i', 'os', 'oz'], 'y'),
    ],
    [tensor('fc.weight_quantized', [4, 8], 'I8')],
    { name: 'fc', output: 'y' },
  ],
  [
    'blocks of four bits',
    [
      node('MatMulNBits', ['x', 'model.layers.0.mlp.up_proj.MatMul.weight_Q4', 's'], 'y', {
        ...microsoft,
        a: { K: 32, N: 8, bits: 4, block_size: 32 },
      }),
    ],
    [tensor('model.layers.0.mlp.up_proj.MatMul.weight_Q4', [8, 1, 16], 'U8')],
    { name: 'model.layers.0.mlp.up_proj', product: { from: 32, to: 8 } },
  ],
  [
    'a LayerNorm',
    [node('LayerNormalization', ['x', 'ln.weight', 'ln.bias'], 'y')],
    [tensor('ln.weight', [4])],
    { name: 'ln', kind: 'layernorm' },
  ],
  [
    'an RMS norm with a skip',
    [node('SkipSimplifiedLayerNormalization', ['x', 'r', 'model.norm.weight'], 'y', microsoft)],
    [tensor('model.norm.weight', [4])],
    { name: 'model.norm', kind: 'rmsnorm' },
  ],
  [
    'an embedding',
    [node('Gather', ['wte.weight', 'ids'], 'y')],
    [tensor('wte.weight', [8, 4])],
    { name: 'wte', kind: 'embedding' },
  ],
])('%s is found', (_, nodes, initializers, expected) => {
  const model = { graphName: 'g', opset: 17, nodes, initializers, inputs: [], outputs: [] };
  const found = [...findModules(new ModelEditor(model)).values()];
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject(expected);
});

test.each<[string, OnnxNode]>([
  ['a product of activations', node('MatMul', ['x', 'y'], 'z')],
  ['a vector', node('MatMul', ['x', 'v'], 'z')],
  ['a table of shapes', node('Gather', ['v', 'i'], 'z')],
  ['an operator of another domain that is called alike', node('MatMul', ['x', 'w'], 'z', { domain: 'mine' })],
])('%s is no module', (_, only) => {
  const model = {
    graphName: 'g',
    opset: 17,
    nodes: [only],
    initializers: [tensor('v', [4]), tensor('w', [4, 4])],
    inputs: [],
    outputs: [],
  };
  expect(findModules(new ModelEditor(model)).size).toBe(0);
});
