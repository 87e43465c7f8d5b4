import { openOnnxModel } from '../../engine/artifacts/onnx/open-onnx-model.ts';
import { onnxLimits, readOnnxFile } from '../../engine/artifacts/onnx/read-onnx-file.ts';
import { writeOnnxModel } from '../../engine/artifacts/onnx/write-onnx-model.ts';
import { importOnnxGraph } from '../../engine/graph/imported/import-onnx-graph.ts';
import { MemoryFiles } from '../fixtures/memory-files.ts';
import { everythingOnnx, productOnnx } from '../fixtures/small-onnx.ts';
import { seededChoice } from './mutate.ts';
import { mutatedBytes } from './mutate-bytes.ts';
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
      bytes = mutatedBytes(bytes, choose);
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
