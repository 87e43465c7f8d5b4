import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../engine/artifacts/checkpoint.ts';
import { quantizationFacts } from '../../../../engine/artifacts/quantization/quantization.ts';
import type { TensorSource } from '../../../../engine/artifacts/safetensors/write-safetensors.ts';
import { smallGpt2 } from '../../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import {
  list,
  packAwq,
  packCompressed,
  packGptq,
  packLlmInt8,
  packModel,
  packSignedBytes,
  source,
  words,
  writePackedModel,
} from '../../../fixtures/packed-models.ts';

const model = smallGpt2({ n_embd: 32, n_inner: 64, n_head: 4 });
const groups = { bits: 4, groupSize: 16 };
const whole = { bits: 8, groupSize: -1, zero: 128 };
const packed = {
  gptq: packModel(model, groups, packGptq('gptq', true)).tensors,
  reordered: packModel(model, { ...groups, isReordered: true }, packGptq('gptq', true)).tensors,
  awq: packModel(model, groups, packAwq).tensors,
  compressed: packModel(model, groups, packCompressed('packed', true)).tensors,
  bytes: packModel(model, whole, packSignedBytes(true)).tensors,
  int8: packModel(model, whole, packLlmInt8).tensors,
  plain: packModel(model, groups, () => []).tensors,
};

const gptq = { quant_method: 'gptq', bits: 4, group_size: 16, desc_act: false };
const awq = { quant_method: 'awq', bits: 4, group_size: 16, version: 'gemm', zero_point: true };
const int8 = { quant_method: 'bitsandbytes', load_in_8bit: true };
const compressed = (weights: object = {}, more: object = {}, group: object = {}) => ({
  quant_method: 'compressed-tensors',
  format: 'pack-quantized',
  config_groups: {
    group_0: {
      weights: { num_bits: 4, type: 'int', strategy: 'group', group_size: 16, ...weights },
      ...group,
    },
  },
  ...more,
});

async function open(tensors: readonly TensorSource[], config: object) {
  const files = new MemoryFiles();
  await writePackedModel(files, '/m', { ...model.config, ...config }, tensors);
  return openCheckpoint(files, '/m');
}

type Tensors = keyof typeof packed;

const sound: [string, Tensors, object, object][] = [
  [
    'GPTQ',
    'gptq',
    { quantization_config: gptq },
    { method: 'gptq', format: 'gptq', bits: [4], group_sizes: [16] },
  ],
  [
    'GPTQ with act-order',
    'reordered',
    { quantization_config: { ...gptq, desc_act: true } },
    { method: 'gptq', reordered: true, matrices: 8 },
  ],
  [
    'AWQ',
    'awq',
    { quantization_config: awq },
    { method: 'awq', format: 'gemm', bits: [4], reordered: false },
  ],
  [
    'compressed-tensors',
    'compressed',
    { quantization_config: compressed() },
    { method: 'compressed-tensors', format: 'pack-quantized', bits: [4], group_sizes: [16] },
  ],
  [
    'compressed-tensors by its older name',
    'compressed',
    { compression_config: { ...compressed(), quant_method: undefined } },
    { method: 'compressed-tensors' },
  ],
  [
    'compressed-tensors in bytes',
    'bytes',
    { quantization_config: compressed({ num_bits: 8, strategy: 'channel' }, { format: 'int-quantized' }) },
    { bits: [8], group_sizes: [null], rounds_inputs: false },
  ],
  [
    'bitsandbytes',
    'int8',
    { quantization_config: int8 },
    { method: 'bitsandbytes', format: 'llm.int8', bits: [8], group_sizes: [null], rounds_inputs: true },
  ],
];

test.each(sound)('%s is recognised', async (_, tensors, config, facts) => {
  const { value, findings } = await open(packed[tensors], config);
  expect(findings).toEqual([]);
  expect(quantizationFacts(value!.quantization!)).toMatchObject(facts);
  // Packed or not, the model has as many parameters.
  expect(value!.parameterCount).toBe(
    [...model.tensors.values()].reduce((sum, { values }) => sum + values.length, 0),
  );
  expect('quantization_config' in value!.config).toBe(false);
});

const refused: [string, Tensors, object, string, RegExp][] = [
  ['5 bits', 'gptq', { ...gptq, bits: 5 }, 'M280', /asks for 5 bits/],
  ['Marlin', 'gptq', { ...gptq, checkpoint_format: 'marlin' }, 'M280', /format marlin/],
  ['64-bit words', 'gptq', { ...gptq, pack_dtype: 'int64' }, 'M280', /packs into int64/],
  ['settings of modules', 'gptq', { ...gptq, dynamic: { '.*c_fc': { bits: 8 } } }, 'M280', /dynamic/],
  [
    'bits in a text',
    'gptq',
    { ...gptq, bits: '4' },
    'M281',
    /quantization_config\.bits must be .* but is "4"/,
  ],
  ['no bits', 'gptq', { ...gptq, bits: undefined }, 'M281', /bits must be a number of bits, but is missing/],
  ['a group of 0', 'gptq', { ...gptq, group_size: 0 }, 'M281', /group_size must be −1/],
  ['a flag in a text', 'gptq', { ...gptq, desc_act: 'no' }, 'M281', /desc_act must be true or false/],
  [
    'another group size',
    'gptq',
    { ...gptq, group_size: 32 },
    'M282',
    /places input 16 in group 1, but has 1 groups/,
  ],
  ['more bits', 'gptq', { ...gptq, bits: 8 }, 'M282', /c_attn" has .* would fit the others/],
  ['an order that it denies', 'reordered', gptq, 'M282', /says another order than desc_act/],
  ['no packed tensor', 'plain', gptq, 'M280', /says gptq, but no tensor is packed so/],
  ['gemv', 'awq', { ...awq, version: 'GEMV' }, 'M280', /layout gemv/],
  ['llm-awq', 'awq', { ...awq, backend: 'llm-awq' }, 'M280', /written by llm-awq/],
  ['AWQ with 8 bits', 'awq', { ...awq, bits: 8 }, 'M280', /asks for 8 bits/],
  [
    'another size of groups',
    'awq',
    { ...awq, group_size: 8 },
    'M282',
    /scales of shape \[2, 96\], but \[4, 96\]/,
  ],
  [
    'float weights',
    'compressed',
    compressed({ type: 'float', num_bits: 8 }),
    'M280',
    /weights of type float/,
  ],
  ['FP8', 'compressed', compressed({}, { format: 'float-quantized' }), 'M280', /format float-quantized/],
  ['3 bits', 'compressed', compressed({ num_bits: 3 }), 'M280', /weights of 3 bits/],
  ['blocks', 'compressed', compressed({ strategy: 'block' }), 'M280', /strategy block in group_0/],
  [
    'quantized inputs',
    'compressed',
    compressed({}, {}, { input_activations: {} }),
    'M280',
    /input_activations/,
  ],
  [
    'a quantized cache',
    'compressed',
    compressed({}, { kv_cache_scheme: { num_bits: 8 } }),
    'M280',
    /kv_cache_scheme/,
  ],
  ['rotations', 'compressed', compressed({}, { transform_config: { a: 1 } }), 'M280', /transform_config/],
  [
    'sparsity',
    'compressed',
    compressed({}, { sparsity_config: { format: 'sparse-24' } }),
    'M280',
    /sparse-24/,
  ],
  ['no groups', 'compressed', compressed({}, { config_groups: {} }), 'M281', /config_groups must say/],
  ['no size of groups', 'compressed', compressed({ group_size: null }), 'M282', /which no group_size gives/],
  [
    '4 bits',
    'int8',
    { ...int8, load_in_4bit: true, bnb_4bit_quant_type: 'nf4' },
    'M280',
    /4-bit weights \(nf4\)/,
  ],
  ['a threshold', 'int8', { ...int8, llm_int8_threshold: 'high' }, 'M281', /llm_int8_threshold must be/],
  ['an unknown method', 'plain', { quant_method: 'magic' }, 'M280', /the method "magic"/],
  ['a nameless method', 'plain', { bits: 4 }, 'M280', /the method "unnamed"/],
  ...['hqq', 'aqlm', 'quip', 'eetq', 'fp8', 'mxfp4', 'torchao', 'exl2', 'auto-round', 'quanto', 'vptq'].map(
    (method): [string, Tensors, object, string, RegExp] => [
      method,
      'plain',
      { quant_method: method },
      'M280',
      /quantization_config uses .*Supported are gptq, awq .*dequantize/,
    ],
  ),
];

test.each(refused)('%s is refused by name', async (_, tensors, quantization, code, message) => {
  const { value, findings } = await open(packed[tensors], { quantization_config: quantization });
  expect(value).toBeUndefined();
  expect(findings[0]).toMatchObject({ code, severity: 'error', message: expect.stringMatching(message) });
  expect(findings.length).toBeLessThanOrEqual(10);
});

const first = 'transformer.h.0.attn.c_attn';

/** Tensors with one replaced, or left out. */
const changed = (tensors: readonly TensorSource[], name: string, by?: TensorSource): TensorSource[] => [
  ...tensors.filter((tensor) => tensor.name !== name),
  ...(by ? [by] : []),
];

const zeros = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));

const broken: [string, Tensors, string, TensorSource | undefined, object, RegExp][] = [
  ['no zeros', 'gptq', `${first}.qzeros`, undefined, gptq, /lacks transformer\.h\.0\.attn\.c_attn\.qzeros/],
  ['no scales', 'awq', `${first}.scales`, undefined, awq, /lacks .*scales/],
  ['no list', 'reordered', `${first}.g_idx`, undefined, { ...gptq, desc_act: true }, /lacks .*g_idx/],
  [
    'scales of whole numbers',
    'gptq',
    `${first}.scales`,
    words(`${first}.scales`, zeros(2, 96)),
    gptq,
    /scales of type I32/,
  ],
  [
    'too few zeros',
    'gptq',
    `${first}.qzeros`,
    words(`${first}.qzeros`, zeros(1, 12)),
    gptq,
    /qzeros of shape \[1, 12\]/,
  ],
  [
    'codes in one row',
    'gptq',
    `${first}.qweight`,
    list(`${first}.qweight`, [1, 2]),
    gptq,
    /qweight of shape \[2\]/,
  ],
  [
    'a group that is not there',
    'gptq',
    `${first}.g_idx`,
    list(`${first}.g_idx`, Array(32).fill(2)),
    gptq,
    /input 0 in group 2, but has 2 groups/,
  ],
  [
    'a negative group',
    'gptq',
    `${first}.g_idx`,
    list(`${first}.g_idx`, Array(32).fill(-5)),
    gptq,
    /in group -5/,
  ],
  ['a short list', 'gptq', `${first}.g_idx`, list(`${first}.g_idx`, [0, 1]), gptq, /g_idx of shape \[2\]/],
  [
    'some inputs in no group',
    'compressed',
    `${first}.weight_g_idx`,
    list(`${first}.weight_g_idx`, [...Array(31).fill(0), -1]),
    compressed(),
    /places 1 of 32 inputs in no group/,
  ],
  ['no shape', 'compressed', `${first}.weight_shape`, undefined, compressed(), /lacks .*weight_shape/],
  [
    'a shape that lies',
    'compressed',
    `${first}.weight_shape`,
    list(`${first}.weight_shape`, [96, 4_000_000]),
    compressed(),
    /says that its shape is \[96, 4000000\], but weight_packed is \[96, 4\]/,
  ],
  [
    'a layout for a certain GPU',
    'int8',
    `${first}.weight_format`,
    source(`${first}.weight_format`, 'U8', [], Uint8Array.of(1)),
    int8,
    /layout of a certain GPU/,
  ],
];

test.each(broken)('%s in a packed matrix', async (_, tensors, name, by, quantization, message) => {
  const { value, findings } = await open(changed(packed[tensors], name, by), {
    quantization_config: quantization,
  });
  expect(value).toBeUndefined();
  expect(findings[0]!.message).toMatch(message);
});

test('a list of −1 only is no list', async () => {
  const none = list(`${first}.weight_g_idx`, Array(32).fill(-1));
  const { findings } = await open(changed(packed.compressed, none.name, none), {
    quantization_config: compressed(),
  });
  expect(findings).toEqual([]);
});

test('packed tensors without a description are recognised', async () => {
  const { findings } = await open(packed.gptq, {});
  expect(findings.map((finding) => finding.code)).toEqual(['M281']);
  expect(findings[0]!.message).toMatch(/qweight belongs to a packed matrix.*quantize_config\.json/);
});

test('an extra part of a matrix is no part of the model', async () => {
  const extra = list(`${first}.input_scale`, [1]);
  const { findings } = await open([...packed.gptq, extra], { quantization_config: gptq });
  expect(findings.map((finding) => finding.code)).toEqual(['M210']);
});
