import { expect, test } from 'vitest';
import type { OnnxFunction, OnnxModel, OnnxNode } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import { inlineFunctions } from '../../../../engine/graph/imported/inline-functions.ts';
import { type Attributes, attributesOf } from '../../../fixtures/onnx-layouts/layout-graph.ts';

const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: Attributes = {},
  domain?: string,
): OnnxNode => ({
  name: `${op}_of_${outputs[0]}`,
  op,
  inputs,
  outputs,
  attributes: attributesOf(attributes),
  ...(domain !== undefined && { domain }),
});

const definition = (
  name: string,
  inputs: string[],
  outputs: string[],
  nodes: OnnxNode[],
  more: Partial<OnnxFunction> = {},
): OnnxFunction => ({
  name,
  domain: 'mine',
  overload: '',
  inputs,
  outputs,
  attributes: [],
  attributeDefaults: {},
  nodes,
  opsets: { '': 17 },
  ...more,
});

function model(nodes: OnnxNode[], functions: OnnxFunction[]): OnnxModel {
  return { graphName: 'g', opset: 17, nodes, initializers: [], inputs: [], outputs: [], functions };
}

/** Operators with what they read and give, in order. */
const told = (result: OnnxModel | undefined) =>
  result?.nodes.map(({ op, inputs, outputs }) => `${outputs.join()} = ${op}(${inputs.join()})`);

test('a call becomes its body, with the names of the caller', () => {
  const twice = definition(
    'Twice',
    ['a'],
    ['b'],
    [node('Add', ['a', 'a'], ['t']), node('Neg', ['t'], ['b'])],
  );
  const calls = [node('Twice', ['x'], ['y'], {}, 'mine'), node('Twice', ['y'], ['z'], {}, 'mine')];
  expect(told(inlineFunctions(model(calls, [twice])))).toEqual([
    'Twice#1/t = Add(x,x)',
    'y = Neg(Twice#1/t)',
    'Twice#2/t = Add(y,y)',
    'z = Neg(Twice#2/t)',
  ]);
});

test('functions that call functions are inlined to the last', () => {
  const inner = definition('Inner', ['a'], ['b'], [node('Neg', ['a'], ['b'])]);
  const outer = definition(
    'Outer',
    ['a'],
    ['b'],
    [node('Inner', ['a'], ['c'], {}, 'mine'), node('Inner', ['c'], ['b'], {}, 'mine')],
  );
  const result = inlineFunctions(model([node('Outer', ['x'], ['y'], {}, 'mine')], [inner, outer]));
  expect(result?.nodes.map(({ op }) => op)).toEqual(['Neg', 'Neg']);
  expect(result?.functions).toEqual([]);
});

test('attributes that refer to the caller get its value, the default of the function, or nothing', () => {
  const reference = (to: string) => ({ kind: 'reference', to, type: 1 }) as const;
  const body = [
    node('Gemm', ['a'], ['b'], {
      alpha: reference('given'),
      beta: reference('usual'),
      gamma: reference('absent'),
    }),
  ];
  const call = node('F', ['x'], ['y'], { given: { kind: 'float', value: 2 } }, 'mine');
  const result = inlineFunctions(
    model(
      [call],
      [
        definition('F', ['a'], ['b'], body, {
          attributeDefaults: attributesOf({ usual: { kind: 'float', value: 3 } }),
        }),
      ],
    ),
  );
  expect(result?.nodes[0]?.attributes).toEqual(
    attributesOf({ alpha: { kind: 'float', value: 2 }, beta: { kind: 'float', value: 3 } }),
  );
});

test('inputs that are left out stay out, and what is given back unchanged is copied', () => {
  const body = definition('F', ['a', 'b'], ['a', 'c'], [node('Clip', ['a', 'b'], ['c'])]);
  const call = node('F', ['x'], ['same', 'clipped'], {}, 'mine');
  expect(told(inlineFunctions(model([call], [body])))).toEqual(['clipped = Clip(x,)', 'same = Identity(x)']);
});

test('calls inside a branch are inlined, and names of the branch go with the body', () => {
  const branch = {
    graphName: 'b',
    nodes: [node('F', ['x'], ['r'], {}, 'mine')],
    initializers: [],
    inputs: [],
    outputs: [],
  };
  const body = definition('F', ['a'], ['b'], [node('Neg', ['a'], ['b'])]);
  const result = inlineFunctions(
    model([node('If', ['c'], ['y'], { else_branch: { kind: 'graph', value: branch } })], [body]),
  );
  const inner = result?.nodes[0]?.attributes.else_branch;
  expect(inner?.kind === 'graph' && inner.value.nodes.map(({ op, outputs }) => [op, outputs])).toEqual([
    ['Neg', ['r']],
  ]);
});

test('a function for other versions of the operators stays a function', () => {
  const body = definition('F', ['a'], ['b'], [node('Neg', ['a'], ['b'])], { opsets: { '': 13 } });
  const before = model([node('F', ['x'], ['y'], {}, 'mine')], [body]);
  expect(inlineFunctions(before)).toEqual(before);
});

test.each([
  ['itself', [definition('F', ['a'], ['b'], [node('F', ['a'], ['b'], {}, 'mine')])]],
  [
    'more and more',
    Array.from({ length: 24 }, (_, i) =>
      definition(
        i === 0 ? 'F' : `F${i}`,
        ['a'],
        ['b'],
        [node(`F${i + 1}`, ['a'], ['c'], {}, 'mine'), node(`F${i + 1}`, ['c'], ['b'], {}, 'mine')],
      ),
    ),
  ],
])('a function that calls %s is refused in bounded time', (_, functions) => {
  expect(inlineFunctions(model([node('F', ['x'], ['y'], {}, 'mine')], functions))).toBeUndefined();
});
