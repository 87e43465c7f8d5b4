import { openOnnxModel } from '../../engine/artifacts/onnx/open-onnx-model.ts';
import { onnxLimits, readOnnxFile } from '../../engine/artifacts/onnx/read-onnx-file.ts';
import { writeOnnxModel } from '../../engine/artifacts/onnx/write-onnx-model.ts';
import { importOnnxGraph } from '../../engine/graph/imported/import-onnx-graph.ts';
import { MemoryFiles } from '../fixtures/memory-files.ts';
import { everythingOnnx, productOnnx } from '../fixtures/small-onnx.ts';
import { type Choose, seededChoice } from './mutate.ts';
import type { FuzzOptions } from './server.ts';

const mutationsPerFile = 12;

/**
 * ONNX files with bytes changed at random: every one gives a model or a finding, never an error, in bounded time; and
 * what was read can be written, read again and imported, whatever it says.
 */
export async function fuzzOnnxReader({ seed, goesOn, onStep }: FuzzOptions): Promise<{ steps: number }> {
  const choose = seededChoice(seed);
  const starts = [writeOnnxModel(everythingOnnx()), languageModel()];
  let steps = 0;
  for (let count = 0; goesOn(count); count += 1) {
    let bytes = starts[choose(starts.length)] ?? new Uint8Array();
    for (let step = 0; step < mutationsPerFile; step += 1) {
      bytes = mutated(bytes, choose);
      const begun = performance.now();
      try {
        await everyUse(bytes, choose(3) === 0 ? 16 : onnxLimits.pieceBytes);
      } catch (cause) {
        const hex = Buffer.from(bytes).toString('hex');
        throw new Error(`seed ${seed}, file ${count}, mutation ${step}: ${hex}`, { cause });
      }
      onStep?.(performance.now() - begun, Buffer.from(bytes).toString('hex').slice(0, 2000));
      steps += 1;
    }
  }
  return { steps };
}

async function everyUse(bytes: Uint8Array, pieceBytes: number): Promise<void> {
  const files = new MemoryFiles({ '/m/model.onnx': bytes, '/m/data/w.bin': new Uint8Array(64) });
  await openOnnxModel(files, '/m/model.onnx');
  const { value } = await readOnnxFile(files, '/m/model.onnx', { ...onnxLimits, pieceBytes });
  if (!value) return;
  const again = new MemoryFiles({ '/m/model.onnx': writeOnnxModel(value.model) });
  const reread = await readOnnxFile(again, '/m/model.onnx');
  if (!reread.value) throw new Error(`what was written is not read: ${reread.findings[0]?.message}`);
  importOnnxGraph({ model: value.model, weightsFolder: '/m', settings: { contextLength: 64, vocabSize: 8 } });
}

/** A head over an embedding: the smallest graph that imports. */
function languageModel(): Uint8Array {
  const table = {
    kind: 'inline',
    name: 'wte.weight',
    type: 'F32',
    shape: [8, 4],
    bytes: new Uint8Array(128),
  } as const;
  const node = (op: string, inputs: string[], output: string) => ({
    name: op,
    op,
    inputs,
    outputs: [output],
    attributes: {},
  });
  const model = productOnnx({ ...table, name: 'head', shape: [4, 8] });
  return writeOnnxModel({
    ...model,
    nodes: [node('Gather', ['wte.weight', 'input_ids'], 'h'), node('MatMul', ['h', 'head'], 'logits')],
    initializers: [...model.initializers, table],
    inputs: [
      { name: 'input_ids', type: 'I64', shape: ['b', 's'] },
      { name: 'attention_mask', type: 'I64', shape: ['b', 's'] },
      { name: 'past_key_values.0.key', type: 'F32', shape: ['b', 2, 'p', 2] },
    ],
    outputs: [{ name: 'logits', type: 'F32', shape: ['b', 's', 8] }],
  });
}

/** Flips, overwrites, inserts, removes or repeats some bytes. */
function mutated(bytes: Uint8Array, choose: Choose): Uint8Array {
  const at = choose(bytes.length + 1);
  const length = choose(choose(4) === 0 ? 60 : 4);
  const rest = bytes.subarray(Math.min(bytes.length, at + length));
  const random = Uint8Array.from({ length: 1 + choose(12) }, () => (choose(2) === 0 ? 0xff : choose(256)));
  const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  switch (choose(6)) {
    case 0:
      return join(bytes.subarray(0, at), rest);
    case 1:
      return join(bytes.subarray(0, at), random, bytes.subarray(at));
    case 2:
      return join(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 3:
      return choose(10) === 0
        ? bytes.slice(0, at)
        : join(bytes.subarray(0, at), random.subarray(0, 1), bytes.subarray(at + 1));
    default: {
      const copy = bytes.slice();
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << choose(8));
      return copy;
    }
  }
}
