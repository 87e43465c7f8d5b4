import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../engine/artifacts/checkpoint.ts';
import { unpackMatrix } from '../../../../engine/artifacts/quantization/unpack-matrix.ts';
import { smallGpt2 } from '../../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import {
  type CodeOptions,
  type Packer,
  packAwq,
  packCompressed,
  packGptq,
  packLlmInt8,
  packModel,
  packSignedBytes,
  writePackedModel,
} from '../../../fixtures/packed-models.ts';

const model = smallGpt2({ n_embd: 32, n_inner: 64, n_head: 4 });

const gptq = (bits: number, groupSize: number, more: object = {}) => ({
  quant_method: 'gptq',
  bits,
  group_size: groupSize,
  sym: false,
  ...more,
});
const compressed = (format: string, weights: object) => ({
  quant_method: 'compressed-tensors',
  format,
  config_groups: { group_0: { targets: ['Linear'], weights: { type: 'int', ...weights } } },
});

test.each<[string, object, CodeOptions, Packer]>([
  ['GPTQ, 2 bits', gptq(2, 16), { bits: 2, groupSize: 16 }, packGptq('gptq', true)],
  ['GPTQ, 3 bits', gptq(3, 16), { bits: 3, groupSize: 16 }, packGptq('gptq', true)],
  ['GPTQ, 4 bits, borrowing', gptq(4, 16), { bits: 4, groupSize: 16 }, packGptq('gptq', true)],
  ['GPTQ, one group', gptq(8, -1), { bits: 8, groupSize: -1 }, packGptq('gptq', true)],
  [
    'GPTQ with act-order',
    gptq(3, 8, { desc_act: true, checkpoint_format: 'gptq_v2' }),
    { bits: 3, groupSize: 8, isReordered: true },
    packGptq('gptq_v2', true),
  ],
  [
    'AWQ',
    { quant_method: 'awq', bits: 4, group_size: 16, zero_point: true, version: 'gemm' },
    { bits: 4, groupSize: 16 },
    packAwq,
  ],
  [
    'compressed-tensors',
    compressed('pack-quantized', { num_bits: 4, strategy: 'group', group_size: 16, symmetric: false }),
    { bits: 4, groupSize: 16 },
    packCompressed('packed'),
  ],
  [
    'compressed-tensors in bytes',
    compressed('int-quantized', { num_bits: 8, strategy: 'channel', symmetric: true }),
    { bits: 8, groupSize: -1, zero: 128 },
    packSignedBytes(false),
  ],
  [
    'LLM.int8',
    { quant_method: 'bitsandbytes', load_in_8bit: true },
    { bits: 8, groupSize: -1, zero: 128 },
    packLlmInt8,
  ],
])('%s means the matrix that it was made from', async (_, quantization, options, pack) => {
  const files = new MemoryFiles();
  const { tensors, unpacked } = packModel(model, options, pack);
  await writePackedModel(files, '/m', { ...model.config, quantization_config: quantization }, tensors);
  const { value: checkpoint, findings } = await openCheckpoint(files, '/m');
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const matrices = [...checkpoint!.quantization!.matrices.values()];
  expect(matrices).toHaveLength(8);
  for (const matrix of matrices) {
    const values = await unpackMatrix(files, matrix, { isInputFirst: true });
    const expected = unpacked.tensors.get(matrix.name)!.values;
    const worst = Math.max(...values.map((value, index) => Math.abs(value - expected[index]!)));
    expect(worst).toBeLessThan(1e-6);
  }
});
