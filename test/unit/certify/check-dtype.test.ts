import { expect, test } from 'vitest';
import { checkDtype, storedTypes } from '../../../engine/certify/check-dtype.ts';

const origin = { kind: 'file', file: '/p/run.yaml', range: undefined, label: undefined } as const;
const tensors = (matrix: string, vector = 'F32') =>
  new Map([
    ['w', { dtype: matrix, shape: [4, 4] }],
    ['norm', { dtype: vector, shape: [4] }],
    ['packed', { dtype: 'I32', shape: [4, 4] }],
  ]);
const models = (baseline: string, subject = baseline) => [
  { name: 'baseline', tensors: tensors(baseline) },
  { name: 'subject', tensors: tensors(subject) },
];

test.each([
  ['auto', 'BF16'],
  ['float32', 'BF16'],
  ['fp32', 'F16'],
  ['float16', 'F16'],
  ['half', 'F16'],
  [' Torch.BFloat16 ', 'BF16'],
  ['bf16', 'BF16'],
])('%j with %s weights is what happens anyway', (value, stored) => {
  expect(checkDtype({ value, origin }, models(stored))).toEqual([]);
});

test('nothing asked for, nothing refused', () => {
  expect(checkDtype(undefined, models('F32'))).toEqual([]);
});

test.each([
  ['float16', 'F32', 'F32', ['baseline', 'subject']],
  ['float16', 'F16', 'BF16', ['subject']],
  ['bf16', 'F16', 'BF16', ['baseline']],
])('%s would round %s and %s weights', (value, baseline, subject, refused) => {
  const findings = checkDtype({ value, origin }, models(baseline, subject));
  expect(findings.map(({ code, file, pointer }) => [code, file, pointer])).toEqual(
    refused.map(() => ['R433', '/p/run.yaml', '/model/torch_dtype']),
  );
  for (const [i, name] of refused.entries()) expect(findings[i]?.message).toContain(`the ${name} stores`);
});

test.each(['int8', 'float64', ''])('%j is no precision of this product', (value) => {
  expect(checkDtype({ value, origin }, models('F32'))).toMatchObject([{ code: 'R433', actual: value }]);
});

test('stored types are those of floating-point matrices, in order', () => {
  const mixed = new Map([...tensors('F32', 'F64'), ['v', { dtype: 'BF16', shape: [2, 2] }]]);
  expect(storedTypes({ tensors: mixed })).toEqual(['BF16', 'F32']);
});
