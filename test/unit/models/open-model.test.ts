import { expect, test } from 'vitest';
import type { OnnxModel, OnnxValueInfo } from '../../../engine/artifacts/onnx/onnx-model.ts';
import { writeOnnxModel } from '../../../engine/artifacts/onnx/write-onnx-model.ts';
import { graphOfModel } from '../../../engine/models/model-source.ts';
import { openModel } from '../../../engine/models/open-model.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { attributesOf } from '../../fixtures/onnx-layouts/layout-graph.ts';

const ids: OnnxValueInfo = { name: 'input_ids', type: 'I64', shape: ['batch', 'sequence'] };
const logits: OnnxValueInfo = { name: 'logits', type: 'F32', shape: ['batch', 'sequence', 8] };

/** A head over an embedding, with inputs that go into the hidden states one after the other. */
function onnx(inputs: readonly OnnxValueInfo[] = [ids], output: OnnxValueInfo = logits): OnnxModel {
  const tensor = (name: string, shape: readonly number[]) =>
    ({ kind: 'inline', name, type: 'F32', shape, bytes: new Uint8Array(4 * 32) }) as const;
  const node = (op: string, from: string[], to: string, attributes = {}) => ({
    name: to,
    op,
    inputs: from,
    outputs: [to],
    attributes: attributesOf(attributes),
  });
  const first = inputs.find(({ name }) => name === 'decoder_input_ids') ?? inputs[0]!;
  const nodes = [node('Gather', ['wte.weight', first.name], 'h0')];
  const others = inputs.filter((info) => info !== first);
  for (const [i, { name }] of others.entries()) nodes.push(node('Use', [`h${i}`, name], `h${i + 1}`));
  nodes.push(node('MatMul', [`h${others.length}`, 'head.weight'], output.name));
  return {
    graphName: 'g',
    irVersion: 8,
    opset: 17,
    nodes,
    initializers: [tensor('wte.weight', [8, 4]), tensor('head.weight', [4, 8])],
    inputs,
    outputs: [output],
  };
}

const config = {
  model_type: 'gpt2',
  architectures: ['GPT2LMHeadModel'],
  vocab_size: 8,
  n_positions: 32,
  n_embd: 4,
  n_head: 2,
};
const withConfig = (more: Readonly<Record<string, OnnxModel | string>>, settings: object = config) => {
  const files = Object.entries(more).map(([name, content]) => [
    `/m/${name}`,
    typeof content === 'string' ? content : writeOnnxModel(content),
  ]);
  return new MemoryFiles({ '/m/config.json': JSON.stringify(settings), ...Object.fromEntries(files) });
};
const info = (
  name: string,
  shape: OnnxValueInfo['shape'],
  type: OnnxValueInfo['type'] = 'I64',
): OnnxValueInfo => ({ name, ...(shape && { shape }), ...(type && { type }) });

test.each([
  ['/m', { 'model.onnx': onnx() }, ['/m/model.onnx']],
  ['/m/model_q4.onnx', { 'model_q4.onnx': onnx(), 'model.onnx': onnx() }, ['/m/model_q4.onnx']],
  ['/m', { 'only.onnx': onnx() }, ['/m/only.onnx']],
  ['/m', { 'onnx/model.onnx': onnx(), 'onnx/model_fp16.onnx': onnx() }, ['/m/onnx/model.onnx']],
  ['/m/onnx', { 'onnx/model.onnx': onnx() }, ['/m/onnx/model.onnx']],
  ['/m', { 'decoder_model_merged.onnx': onnx() }, ['/m/decoder_model_merged.onnx']],
])('%s names a model of the layout %o', async (named, files, weightFiles) => {
  const { value, findings } = await openModel(withConfig(files), named);
  expect(findings).toEqual([]);
  expect(value).toMatchObject({
    kind: 'onnx',
    loss: 'causal',
    contextLength: 32,
    vocabSize: 8,
    weightFiles,
    parameterCount: 64,
  });
  expect(value && graphOfModel(value).inputs).toEqual(['input_ids', 'positions', 'targets']);
});

test('settings beside the file go before those above the subfolder', async () => {
  const files = withConfig({
    'onnx/model.onnx': onnx(),
    'onnx/config.json': JSON.stringify({ ...config, n_positions: 16 }),
  });
  expect((await openModel(files, '/m')).value).toMatchObject({ folder: '/m/onnx', contextLength: 16 });
});

test.each([
  ['auto', true, 'onnx'],
  ['auto', false, 'checkpoint'],
  ['hf_causal', true, 'checkpoint'],
  ['hf_causal_onnx', false, 'onnx'],
])('with %s a folder that has both, the export in it: %s, is an %s', async (adapter, isBeside, kind) => {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', smallGpt2({ vocab_size: 8 }));
  files.contents.set(isBeside ? '/m/model.onnx' : '/m/onnx/model.onnx', writeOnnxModel(onnx()));
  expect((await openModel(files, '/m', adapter)).value?.kind).toBe(kind);
});

const past = (shape: OnnxValueInfo['shape'], name = 'past_key_values.0.key') => info(name, shape, 'F32');

test.each<[string, readonly OnnxValueInfo[]]>([
  ['a mask', [ids, info('attention_mask', ['b', 's'])]],
  ['a mask of floats', [ids, info('attention_mask', ['b', 's'], 'F32')]],
  ['positions', [ids, info('position_ids', ['b', 's'])]],
  ['positions of 32 bits in a row', [ids, info('cache_position', ['s'], 'I32')]],
  ['token types', [ids, info('token_type_ids', ['b', 's'])]],
  ['a cache', [ids, past(['b', 2, 'p', 2])]],
  ['a cache of halves', [ids, { ...past(['b', 2, 'p', 2]), type: 'F16' }]],
  ['a cache of open shape', [ids, past(['b', 'h', 'p', 'd'])]],
  ['a cache of keys and values', [ids, past([2, 'b', 2, 'p', 2], 'past_0')]],
  ['lengths', [ids, info('seqlens_k', ['b'], 'I32'), info('total_sequence_length', [], 'I32')]],
  ['the number of rows', [ids, info('num_logits_to_keep', [])]],
  ['ids of 32 bits', [{ ...ids, type: 'I32' }]],
  ['ids of another name', [info('onnx::Gather_0', ['b', 's'])]],
])('an export with %s is supplied with it', async (_, inputs) => {
  const { value, findings } = await openModel(withConfig({ 'model.onnx': onnx(inputs) }), '/m');
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(value?.kind).toBe('onnx');
});

test.each<[string, RegExp, readonly OnnxValueInfo[], OnnxValueInfo?]>([
  ['M263', /magic/, [ids, info('magic', ['b', 's'])]],
  ['M263', /no input for token ids, only inputs_embeds/, [info('inputs_embeds', ['b', 's', 4], 'F32')]],
  ['M263', /32 tokens only/, [{ ...ids, shape: [1, 32] }]],
  ['M263', /4 sequences at a time/, [{ ...ids, shape: [4, 's'] }]],
  ['M263', /4 dimensions instead of 2/, [ids, info('attention_mask', ['b', 1, 's', 's'], 'F32')]],
  ['M263', /3 dimensions instead of 1 or 2/, [ids, info('position_ids', [3, 'b', 's'])]],
  ['M263', /fixed length 64/, [ids, past(['b', 2, 64, 2])]],
  ['M263', /no shape/, [ids, past(undefined)]],
  ['M263', /3 dimensions instead of 4/, [ids, past(['b', 'p', 2])]],
  ['M263', /8 sequences/, [ids, past([8, 2, 'p', 2])]],
  ['M263', /cache of the encoder/, [ids, past(['b', 2, 'p', 2], 'past_key_values.0.encoder.key')]],
  ['M267', /reads an encoder/, [ids, info('encoder_hidden_states', ['b', 'e', 4], 'F32')]],
  [
    'M264',
    /last_hidden_state, but no scores/,
    [ids],
    { name: 'last_hidden_state', type: 'F32', shape: ['b', 's', 4] },
  ],
  ['M264', /last position only/, [ids], { ...logits, shape: ['b', 1, 8] }],
  ['M264', /gives 2 scores/, [ids], { ...logits, shape: ['b', 2] }],
  ['M264', /4 dimensions/, [ids], { ...logits, shape: ['b', 1, 's', 8] }],
])('%s %s', async (code, says, inputs, output) => {
  const { value, findings } = await openModel(withConfig({ 'model.onnx': onnx(inputs, output) }), '/m');
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code, severity: 'error', message: expect.stringMatching(says) }]);
});

test('operators that are too old are refused', async () => {
  const { findings } = await openModel(withConfig({ 'model.onnx': { ...onnx(), opset: 9 } }), '/m');
  expect(findings).toMatchObject([{ code: 'M269' }]);
});

test('without settings context length and kind are unknown, which is said', async () => {
  const files = new MemoryFiles({ '/m/model.onnx': writeOnnxModel(onnx()) });
  const { value, findings } = await openModel(files, '/m');
  expect(value).toMatchObject({ vocabSize: 8, modelType: 'onnx' });
  expect(findings).toMatchObject([
    { code: 'M265', severity: 'warning' },
    { code: 'M242', severity: 'warning' },
  ]);
});

test('a head that is not recognised is a note, and the losses are computed all the same', async () => {
  const model = onnx();
  const last = { name: 'last', op: 'Softplus', inputs: ['scores'], outputs: ['logits'], attributes: {} };
  const nodes = [
    ...model.nodes.map((node) => (node.op === 'MatMul' ? { ...node, outputs: ['scores'] } : node)),
    last,
  ];
  const { value, findings } = await openModel(withConfig({ 'model.onnx': { ...model, nodes } }), '/m');
  expect(value?.kind).toBe('onnx');
  expect(findings).toMatchObject([{ code: 'M268', severity: 'note' }]);
});

test.each<[string, Readonly<Record<string, OnnxModel | string>>]>([
  ['M266', { 'model_q4.onnx': onnx(), 'model_fp16.onnx': onnx() }],
  ['M267', { 'encoder_model.onnx': onnx() }],
  ['M250', { 'model.onnx': ':\u0005' }],
  ['M206', {}],
])('%s for %o', async (code, files) => {
  expect((await openModel(withConfig(files), '/m')).findings).toMatchObject([{ code }]);
});

test('a damaged genai_config.json is not ignored', async () => {
  const files = withConfig({ 'model.onnx': onnx(), 'genai_config.json': '{' });
  expect((await openModel(files, '/m')).findings).toMatchObject([
    { code: 'M202', file: '/m/genai_config.json' },
  ]);
});
