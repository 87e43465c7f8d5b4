import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Runtime } from '../../engine/runtime/runtime-port.ts';
import { evaluateFolder, startTestEngine } from '../fixtures/engine.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const root = temporaryFolder('unpacking-memory');
const width = 512;
const layers = 16;
/** What all matrices of the layers take as float32. */
const unpackedBytes = 4 * layers * 12 * width * width;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

type Matrix = (module: string, inputs: number, outputs: number) => [string, string, number[]][];

const narrow: Matrix = (module, inputs, outputs) => [[`${module}.weight`, 'BF16', [inputs, outputs]]];
const packed: Matrix = (module, inputs, outputs) => [
  [`${module}.qweight`, 'I32', [inputs / 8, outputs]],
  [`${module}.qzeros`, 'I32', [inputs / 128, outputs / 8]],
  [`${module}.scales`, 'F16', [inputs / 128, outputs]],
];

const cases: [string, Matrix, object][] = [
  ['BF16', narrow, {}],
  ['GPTQ', packed, { quantization_config: { quant_method: 'gptq', bits: 4, group_size: 128 } }],
];

// The runtime keeps the memory that it once had: were the matrices unpacked ahead of their products, all would be in it.
test.each(cases)('%s matrices exist one at a time', async (name, matrix, more) => {
  const folder = `${root}/${name}`;
  const fileBytes = writeModel(folder, matrix, more);
  const [loss] = await evaluateFolder(runtime, folder, [[1, 2, 3, 4]]);
  expect(loss!.rssBytes).toBeLessThan(fileBytes + unpackedBytes);
});

/** A GPT-2 of zeros: what it computes is of no interest, and its file is sparse. */
function writeModel(folder: string, matrix: Matrix, more: object): number {
  mkdirSync(folder, { recursive: true });
  const tensors: [string, string, number[]][] = [
    ['wte.weight', 'F32', [64, width]],
    ['wpe.weight', 'F32', [8, width]],
  ];
  const vector = (name: string, size: number): void => {
    tensors.push([name, 'F32', [size]]);
  };
  const linear = (module: string, inputs: number, outputs: number): void => {
    tensors.push(...matrix(module, inputs, outputs));
    vector(`${module}.bias`, outputs);
  };
  for (let i = 0; i < layers; i++) {
    for (const norm of ['ln_1', 'ln_2'])
      for (const part of ['weight', 'bias']) vector(`h.${i}.${norm}.${part}`, width);
    linear(`h.${i}.attn.c_attn`, width, 3 * width);
    linear(`h.${i}.attn.c_proj`, width, width);
    linear(`h.${i}.mlp.c_fc`, width, 4 * width);
    linear(`h.${i}.mlp.c_proj`, 4 * width, width);
  }
  for (const part of ['weight', 'bias']) vector(`ln_f.${part}`, width);
  const config = {
    model_type: 'gpt2',
    vocab_size: 64,
    n_positions: 8,
    n_embd: width,
    n_layer: layers,
    n_head: 8,
  };
  writeFileSync(`${folder}/config.json`, JSON.stringify({ ...config, ...more }));

  const header: Record<string, object> = {};
  let end = 0;
  for (const [name, dtype, shape] of tensors) {
    const begin = end;
    end += shape.reduce((product, size) => product * size, dtype === 'BF16' || dtype === 'F16' ? 2 : 4);
    header[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = openSync(`${folder}/model.safetensors`, 'w');
  writeSync(file, length);
  writeSync(file, text);
  writeSync(file, Buffer.alloc(1), 0, 1, 8 + text.length + end - 1);
  closeSync(file);
  return end;
}
