import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type OpenCheckpointOptions, openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { tinyGpt2 } from '../../fixtures/engine.ts';
import { type SmallModel, smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { entry, safetensorsFile } from '../../fixtures/safetensors-file.ts';

async function filesOf(model: SmallModel): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', model);
  return files;
}

/** The one finding of a folder that cannot be opened. */
async function findingOf(files: MemoryFiles, folder = '/m', options: OpenCheckpointOptions = {}) {
  const { value, findings } = await openCheckpoint(files, folder, options);
  expect(value).toBeUndefined();
  expect(findings).toHaveLength(1);
  return findings[0]!;
}

async function refused(files: MemoryFiles, code: string, message: RegExp): Promise<void> {
  expect(await findingOf(files)).toMatchObject({
    code,
    severity: 'error',
    message: expect.stringMatching(message),
  });
}

test('a sound folder opens', async () => {
  const { value, findings } = await openCheckpoint(await filesOf(smallGpt2()), '/m');
  expect(findings).toEqual([]);
  expect(value).toMatchObject({
    folder: '/m',
    modelType: 'gpt2',
    weightFiles: ['/m/model.safetensors'],
    parameterCount: 1576,
  });
  expect(value?.config.n_head).toBe(2);
});

test.each([
  ['/nowhere', 'M200', /no model folder/],
  ['/m/config.json', 'M200', /is a file/],
])('the folder %s is refused', async (folder, code, message) => {
  const finding = await findingOf(await filesOf(smallGpt2()), folder);
  expect(finding).toMatchObject({ code, message: expect.stringMatching(message) });
});

const configs: [string, string | undefined, string, RegExp][] = [
  ['no config.json', undefined, 'M201', /no config\.json in \/m/],
  ['text', 'model', 'M202', /not valid JSON/],
  ['NaN', '{"model_type":"gpt2","x":NaN}', 'M202', /not valid JSON/],
  ['a list', '[]', 'M202', /must hold a JSON object/],
  ['no model_type', '{}', 'M202', /no model_type/],
  ['an unknown architecture', '{"model_type":"mamba"}', 'M203', /Supported: .*gpt2/],
];

test.each(configs)('config.json: %s', async (_, content, code, message) => {
  const files = await filesOf(smallGpt2());
  if (content === undefined) await files.remove('/m/config.json');
  else await files.writeAtomic('/m/config.json', content);
  await refused(files, code, message);
});

const options: [Record<string, unknown>, string, RegExp][] = [
  [{ scale_attn_by_inverse_layer_idx: true }, 'M204', /scale_attn_by_inverse_layer_idx is true/],
  [{ reorder_and_upcast_attn: true }, 'M204', /reorder_and_upcast_attn/],
  [{ add_cross_attention: true }, 'M204', /add_cross_attention/],
  [{ pruned_heads: { 0: [1] } }, 'M204', /pruned_heads/],
  [{ activation_function: 'mish' }, 'M204', /activation_function is "mish".*gelu_new/],
  [{ n_head: 3 }, 'M204', /must divide n_embd/],
  [{ n_layer: 0 }, 'M202', /n_layer must be a whole number/],
  [{ n_layer: 1e9 }, 'M202', /n_layer/],
  [{ n_embd: '8' }, 'M202', /n_embd/],
  [{ layer_norm_epsilon: -1 }, 'M202', /layer_norm_epsilon must be a positive number/],
  [{ tie_word_embeddings: 'yes' }, 'M202', /tie_word_embeddings must be true or false/],
  [{ architectures: ['GPT2ForSequenceClassification'] }, 'M203', /GPT2ForSequenceClassification/],
];

test.each(options)('the option %j is refused', async (change, code, message) => {
  const model = smallGpt2();
  Object.assign(model.config, change);
  await refused(await filesOf(model), code, message);
});

test('options that are off or empty are no obstacle', async () => {
  const model = smallGpt2();
  Object.assign(model.config, {
    scale_attn_by_inverse_layer_idx: false,
    pruned_heads: {},
    quantization_config: null,
    architectures: null,
  });
  expect((await openCheckpoint(await filesOf(model), '/m')).findings).toEqual([]);
});

test('a missing tensor is named', async () => {
  const model = smallGpt2();
  model.tensors.delete('transformer.ln_f.bias');
  await refused(await filesOf(model), 'M209', /lack transformer\.ln_f\.bias/);
});

test('a head that is neither stored nor tied is missing', async () => {
  const model = smallGpt2();
  model.config.tie_word_embeddings = false;
  await refused(await filesOf(model), 'M209', /lm_head\.weight/);
});

test('an extra tensor is refused, stored masks are not', async () => {
  const model = smallGpt2();
  const one = { shape: [1], values: new Float32Array(1) };
  model.tensors.set('transformer.h.1.attn.bias', one).set('transformer.h.0.attn.masked_bias', one);
  expect((await openCheckpoint(await filesOf(model), '/m')).findings).toEqual([]);
  model.tensors.set('transformer.h.0.adapter.weight', one);
  await refused(await filesOf(model), 'M210', /h\.0\.adapter\.weight/);
});

test('a wrong shape says what was expected', async () => {
  const model = smallGpt2();
  model.config.vocab_size = 17;
  await refused(await filesOf(model), 'M211', /wte\.weight is \[16, 8\] instead of \[17, 8\]/);
});

test('an element type that cannot be evaluated is named', async () => {
  const files = await filesOf(smallGpt2());
  const text = new TextDecoder().decode(files.contents.get('/m/model.safetensors'));
  // Same size per element, so only the type is wrong.
  const at = text.indexOf('"F32"');
  const bytes = files.contents.get('/m/model.safetensors')!;
  bytes.set(new TextEncoder().encode('"I32"'), at);
  await refused(files, 'M212', /is I32\. Supported: F32, F16, BF16, F64/);
});

test('a stored head that config.json ties is a note', async () => {
  const model = smallGpt2({ tie_word_embeddings: false });
  model.config.tie_word_embeddings = true;
  const { value, findings } = await openCheckpoint(await filesOf(model), '/m');
  expect(value).toBeDefined();
  expect(findings.map((finding) => [finding.code, finding.severity])).toEqual([['M213', 'note']]);
});

test('truncated weights are one finding', async () => {
  const files = new MemoryFiles({
    '/m/config.json': readFileSync(`${tinyGpt2}/config.json`),
    '/m/model.safetensors': readFileSync(`${tinyGpt2}/model.safetensors`).subarray(0, 2_000_000),
  });
  await refused(files, 'M234', /cut off/);
});

test.each([
  ['model.safetensors', 'M206', /model\.safetensors in \/m is a folder/],
  ['model.safetensors.index.json', 'M208', /index\.json in \/m is a folder/],
  ['config.json', 'M201', /config\.json in \/m is a folder/],
])('a folder that is called %s is called a folder', async (name, code, message) => {
  const files = await filesOf(smallGpt2());
  if (name !== 'config.json') await files.remove('/m/model.safetensors');
  await files.remove(`/m/${name}`);
  await files.writeAtomic(`/m/${name}/inside`, 'x');
  await refused(files, code, message);
});

const pickleStart = Uint8Array.of(0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc);
const zipStart = new TextEncoder().encode('PK\x03\x04archive/data.pkl');

const foreign: [string, Uint8Array, string, RegExp][] = [
  [
    'pytorch_model.bin',
    new Uint8Array(),
    'M205',
    /pytorch_model\.bin is a pickle.*save_pretrained\("m-safetensors"/,
  ],
  ['model.pt', new Uint8Array(), 'M205', /model\.pt/],
  ['model.pth', new Uint8Array(), 'M205', /model\.pth/],
  ['last.ckpt', new Uint8Array(), 'M205', /last\.ckpt/],
  ['weights.PKL', new Uint8Array(), 'M205', /weights\.PKL/],
  ['weights', pickleStart, 'M205', /weights is a pickle/],
  ['weights.dat', zipStart, 'M205', /weights\.dat/],
  ['model.safetensors', pickleStart, 'M205', /model\.safetensors is a pickle/],
  ['model.safetensors', zipStart, 'M205', /model\.safetensors/],
  ['model.q4.gguf', new TextEncoder().encode('GGUF'), 'M207', /GGUF/],
  ['model.bin', new TextEncoder().encode('GGUF'), 'M205', /model\.bin/],
  ['weights', new TextEncoder().encode('GGUF'), 'M207', /weights holds GGUF/],
  ['weights.old', new TextEncoder().encode('tjgg'), 'M207', /GGML/],
  ['model.ckpt.data-00000-of-00001', new Uint8Array(), 'M207', /TensorFlow/],
  ['saved_model.pb', new Uint8Array(), 'M207', /TensorFlow/],
  ['model.keras', new TextEncoder().encode('PK\x03\x04config.json'), 'M207', /Keras/],
  ['papers.zip', new TextEncoder().encode('PK\x03\x04a.pdf'), 'M206', /no weights/],
  ['training_args.bin', pickleStart, 'M205', /training_args\.bin is a pickle/],
  ['model.onnx', new Uint8Array(), 'M207', /ONNX/],
  ['flax_model.msgpack', new Uint8Array(), 'M207', /Flax/],
  ['tf_model.h5', new TextEncoder().encode('\x89HDF\r\n\x1a\n').subarray(1), 'M207', /HDF5/],
  ['readme.txt', new Uint8Array(), 'M206', /expected model\.safetensors/],
  ['adapter_model.safetensors', new Uint8Array(), 'M206', /adapters must be merged/],
];

test("the root of a model in Hugging Face's cache is told from its snapshots", async () => {
  const files = new MemoryFiles({
    '/m/blobs/0a': new Uint8Array(),
    '/m/snapshots/1b/config.json': new Uint8Array(),
  });
  await refused(files, 'M206', /name a folder in its snapshots/);
});

test.each(foreign)('a folder with %s only is refused', async (name, content, code, message) => {
  await refused(new MemoryFiles({ [`/m/${name}`]: content }), code, message);
});

test.each([
  [{ architectures: ['BertForMaskedLM'] }, /AutoModelForMaskedLM as M/],
  [{ is_encoder_decoder: true }, /AutoModelForSeq2SeqLM as M/],
  [{ architectures: ['GPT2LMHeadModel'] }, /AutoModelForCausalLM as M; M\.from_pretrained\("m"\)/],
])('the conversion command fits %j', async (config, command) => {
  const files = new MemoryFiles({
    '/m/config.json': JSON.stringify({ model_type: 'x', ...config }),
    '/m/pytorch_model.bin': pickleStart,
  });
  expect((await findingOf(files)).message).toMatch(command);
});

test('the name of a folder cannot put a command into the shell', async () => {
  const files = new MemoryFiles({ "/x'; rm -r y; '/model.bin": pickleStart });
  const { message } = await findingOf(files, "/x'; rm -r y; '");
  expect(message).toMatch(/from_pretrained\("MODEL_FOLDER"\)/);
  expect(message).not.toMatch(/rm -r/);
});

test('weights are named before what a trainer left beside them', async () => {
  const state = ['optimizer.pt', 'rng_state_0.pth', 'scheduler.pt', 'training_args.bin'];
  const names = [...state, 'pytorch_model-00001-of-00002.bin'];
  const files = new MemoryFiles(Object.fromEntries(names.map((name) => [`/m/${name}`, pickleStart])));
  expect((await findingOf(files)).message).toMatch(/^pytorch_model-00001-of-00002\.bin is a pickle/);
});

test('a pickle that is named directly is refused by name and not opened', async () => {
  const files = new MemoryFiles({ '/m/model.pt': zipStart });
  files.readBytes = async () => {
    throw new Error('opened');
  };
  expect((await findingOf(files, '/m/model.pt')).code).toBe('M205');
});

test('a pickle beside safetensors is left alone', async () => {
  const files = await filesOf(smallGpt2());
  files.contents.set('/m/pytorch_model.bin', zipStart);
  expect((await openCheckpoint(files, '/m')).findings).toEqual([]);
});

test('a header length that looks like a pickle is still safetensors', async () => {
  const header = JSON.stringify({ a: entry('U8', [1], 0, 1) }).padEnd(0x0280, ' ');
  const files = new MemoryFiles({
    '/m/config.json': '{"model_type":"x"}',
    '/m/model.safetensors': safetensorsFile(header, 1),
  });
  expect((await openCheckpoint(files, '/m', { evaluable: false })).value?.parameterCount).toBe(1);
});

test('a folder that is only edited may have any architecture', async () => {
  const model = smallGpt2();
  Object.assign(model.config, { model_type: 'bert', add_cross_attention: true });
  model.tensors.delete('transformer.ln_f.bias');
  const { value, findings } = await openCheckpoint(await filesOf(model), '/m', { evaluable: false });
  expect(findings).toEqual([]);
  expect(value?.modelType).toBe('bert');
});
