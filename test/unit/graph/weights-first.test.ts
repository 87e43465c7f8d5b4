import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../engine/graph/graph-builder.ts';
import { weightsFirst } from '../../../engine/graph/weights-first.ts';

const node = (name: string, inputs: string[], outputs = [`${name}/0`]) => ({
  name,
  op: 'Any',
  inputs,
  outputs,
  attributes: {},
});

test('nodes that depend on weights alone come first, in their order', () => {
  const nodes = [
    node('embed', ['table', 'ids']),
    node('cast', ['weight']),
    node('product', ['embed/0', 'cast/0']),
    node('shift', ['packed']),
    node('scale', ['shift/0', 'scales']),
    node('next', ['product/0', 'scale/0']),
  ];
  const order = weightsFirst(nodes, ['ids']).map(({ name }) => name);
  expect(order).toEqual(['cast', 'shift', 'scale', 'embed', 'product', 'next']);
});

test('every output of a node that depends on an input does too', () => {
  const nodes = [node('split', ['x'], ['a', 'b']), node('use', ['b']), node('cast', ['weight'])];
  expect(weightsFirst(nodes, ['x']).map(({ name }) => name)).toEqual(['cast', 'split', 'use']);
});

test('a finished graph is in that order', () => {
  const graph = new GraphBuilder();
  const x = graph.input({ name: 'x', type: 'F32', shape: ['n', 2] });
  const bytes = new Uint8Array(8);
  const active = graph.apply('Relu', [x]);
  const weight = graph.weight({ kind: 'inline', name: 'w', type: 'BF16', shape: [2, 2], bytes });
  graph.matrixProduct(active, graph.toFloat32(weight));
  expect(graph.finish('order').nodes.map(({ op }) => op)).toEqual(['Cast', 'Relu', 'MatMul']);
});
