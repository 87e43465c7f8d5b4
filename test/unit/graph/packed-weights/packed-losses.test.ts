import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { evaluateFolder, startTestEngine } from '../../../fixtures/engine.ts';
import { smallGpt2 } from '../../../fixtures/gpt2-checkpoint.ts';
import { gpt2Losses } from '../../../fixtures/gpt2-forward.ts';
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
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = temporaryFolder('packed-losses');
const windows = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  [15, 0, 15, 3],
];
/** Square and oblong matrices, all of them multiples of 32, which 3 bits need. */
const model = smallGpt2({ n_embd: 32, n_inner: 64, n_head: 4 });

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

/** The losses of a packed folder are those of the float64 forward over the matrices that its codes mean. */
async function check(
  name: string,
  quantization: Record<string, unknown>,
  options: CodeOptions,
  pack: Packer,
  onInput?: (rows: number[][]) => number[][],
): Promise<void> {
  const { tensors, unpacked } = packModel(model, options, pack);
  const folder = `${root}/${name}`;
  await writePackedModel(nodeFiles, folder, { ...model.config, quantization_config: quantization }, tensors);
  const losses = await evaluateFolder(runtime, folder, windows);
  for (const [i, ids] of windows.entries()) {
    const expected = gpt2Losses(unpacked, ids, undefined, onInput);
    expect(losses[i]!.tokenLosses).toHaveLength(expected.length);
    for (const [j, nll] of expected.entries())
      expect(Math.abs(losses[i]!.tokenLosses[j]! - nll)).toBeLessThan(1e-5);
  }
}

const gptq = (bits: number, groupSize: number, more: Record<string, unknown> = {}) => ({
  quant_method: 'gptq',
  bits,
  group_size: groupSize,
  ...more,
});

test.each([2, 3, 4, 8])('GPTQ with %d bits', (bits) =>
  check(
    `gptq-${bits}`,
    gptq(bits, 16, { sym: false }),
    { bits, groupSize: 16, smallestZero: 1 },
    packGptq('gptq', true),
  ),
);
test('GPTQ without g_idx', () =>
  check(
    'gptq-plain',
    gptq(4, 16, { desc_act: false }),
    { bits: 4, groupSize: 16, zero: 8 },
    packGptq('gptq', false),
  ));
test('GPTQ whose zeros are stored as they are', () =>
  check(
    'gptq-v2',
    gptq(4, 32, { checkpoint_format: 'gptq_v2' }),
    { bits: 4, groupSize: 32 },
    packGptq('gptq_v2', true),
  ));
test('a zero of 0 borrows from its neighbour, and gets it back', () =>
  check('gptq-borrow', gptq(4, 16), { bits: 4, groupSize: 16 }, packGptq('gptq', true)));
test('GPTQ with one group', () =>
  check('gptq-whole', gptq(4, -1), { bits: 4, groupSize: -1 }, packGptq('gptq', true)));
test('GPTQ with act-order', () =>
  check(
    'gptq-order',
    gptq(4, 16, { desc_act: true }),
    { bits: 4, groupSize: 16, isReordered: true },
    packGptq('gptq', true),
  ));
test('GPTQ with act-order and 3 bits', () =>
  check(
    'gptq-order-3',
    gptq(3, 8, { desc_act: true, checkpoint_format: 'gptq_v2' }),
    { bits: 3, groupSize: 8, isReordered: true },
    packGptq('gptq_v2', true),
  ));
test('GPTQ whose last group is smaller', () =>
  check('gptq-uneven', gptq(8, 24), { bits: 8, groupSize: 24 }, packGptq('gptq', false)));

test('AWQ', () =>
  check(
    'awq',
    { quant_method: 'awq', bits: 4, group_size: 16, zero_point: true, version: 'gemm' },
    { bits: 4, groupSize: 16 },
    packAwq,
  ));
test('AWQ with the names of its own file', () =>
  check(
    'awq-own',
    { quant_method: 'awq', w_bit: 4, q_group_size: -1, version: 'GEMM' },
    { bits: 4, groupSize: -1 },
    packAwq,
  ));

const compressed = (format: string, weights: Record<string, unknown>) => ({
  quant_method: 'compressed-tensors',
  format,
  quantization_status: 'compressed',
  config_groups: { group_0: { targets: ['Linear'], weights: { type: 'int', dynamic: false, ...weights } } },
  ignore: ['lm_head'],
});

test('compressed-tensors, 4 bits and groups', () =>
  check(
    'ct-group',
    compressed('pack-quantized', { num_bits: 4, strategy: 'group', group_size: 16, symmetric: true }),
    { bits: 4, groupSize: 16, zero: 8 },
    packCompressed('none'),
  ));
test.each(['packed', 'bytes'] as const)('compressed-tensors with zeros, %s', (form) =>
  check(
    `ct-zeros-${form}`,
    compressed('pack-quantized', { num_bits: 4, strategy: 'group', group_size: 16, symmetric: false }),
    { bits: 4, groupSize: 16 },
    packCompressed(form),
  ),
);
test('compressed-tensors, 8 bits for each output', () =>
  check(
    'ct-channel',
    compressed('pack-quantized', { num_bits: 8, strategy: 'channel', symmetric: false }),
    { bits: 8, groupSize: -1 },
    packCompressed('packed'),
  ));
test('compressed-tensors with act-order', () =>
  check(
    'ct-order',
    compressed('pack-quantized', { num_bits: 4, strategy: 'group', group_size: 8, actorder: 'group' }),
    { bits: 4, groupSize: 8, isReordered: true },
    packCompressed('packed', true),
  ));
test('compressed-tensors whose last group is smaller', () =>
  check(
    'ct-uneven',
    compressed('pack-quantized', { num_bits: 4, strategy: 'group', group_size: 20 }),
    { bits: 4, groupSize: 20 },
    packCompressed('packed'),
  ));
test.each([true, false])('compressed-tensors in signed bytes, zeros stored: %s', (withZeros) =>
  check(
    `ct-bytes-${withZeros}`,
    compressed('int-quantized', { num_bits: 8, strategy: 'channel' }),
    { bits: 8, groupSize: -1, ...(withZeros ? {} : { zero: 128 }) },
    packSignedBytes(withZeros),
  ),
);

/** LLM.int8 as its paper says it, row by row and column by column. */
function rounding(threshold: number): (rows: number[][]) => number[][] {
  const isLarge = (value: number): boolean => threshold > 0 && Math.abs(value) >= threshold;
  return (rows) => {
    const spared = rows[0]!.map((_, column) => rows.some((row) => isLarge(row[column]!)));
    return rows.map((row) => {
      const largest = Math.max(...row.filter((value) => !isLarge(value)).map(Math.abs));
      return row.map((value, column) =>
        spared[column] ? value : (Math.round((value * 127) / largest) * largest) / 127,
      );
    });
  };
}

test.each([6, 0.9, 0])('bitsandbytes with 8 bits and outliers from %d', (threshold) =>
  check(
    `int8-${threshold}`,
    { quant_method: 'bitsandbytes', load_in_8bit: true, llm_int8_threshold: threshold },
    { bits: 8, groupSize: -1, zero: 128 },
    packLlmInt8,
    rounding(threshold),
  ),
);
