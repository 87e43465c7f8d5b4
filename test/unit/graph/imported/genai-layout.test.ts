import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { evaluateInputs } from '../../../fixtures/evaluate-inputs.ts';
import {
  evaluateGraph,
  expectedWindows,
  importLayout,
  inputOf,
  largestDifference,
} from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { genaiConfig, genaiLlama } from '../../../fixtures/onnx-layouts/genai-llama.ts';
import { packInBlocks } from '../../../fixtures/onnx-layouts/quantize-blocks.ts';
import { writeTinyVariant } from '../../../fixtures/onnx-layouts/tiny-variant.ts';
import { tinyModel, transposed } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = temporaryFolder('genai');
const tinyLlama = fileURLToPath(new URL('../../../fixtures/models/tiny-llama', import.meta.url));
const llama = tinyModel(tinyLlama);
const expected = expectedWindows(tinyLlama);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(2);
});
afterAll(() => runtime.close());

test.each([
  { isInt4: false, isPacked: true, hasPositionIds: false },
  { isInt4: false, isPacked: false, hasPositionIds: true },
])(
  'Llama from onnxruntime-genai, %o: every loss is within 1e-4 of the float64 reference',
  async (options) => {
    const folder = path.join(root, `float-${options.isPacked}`);
    const graph = await importLayout({
      folder,
      model: genaiLlama(llama, options),
      genai: genaiConfig(llama),
    });
    expect(graph.contextLength).toBe(256);
    const losses = await evaluateGraph(runtime, graph, expected.map(inputOf));
    expect(largestDifference(losses, expected)).toBeLessThan(1e-4);
  },
);

test('4-bit blocks give the losses of the matrices that they stand for, on one thread and on two', async () => {
  const folder = path.join(root, 'int4');
  const model = genaiLlama(llama, { isInt4: true, isPacked: false, hasPositionIds: false });
  const graph = await importLayout({ folder, model, genai: genaiConfig(llama) }, { rowsPerChunk: 48 });
  const windows = expected.map(inputOf);
  const losses = await evaluateGraph(runtime, graph, windows);
  const plain = await writeTinyVariant(llama, path.join(root, 'dequantized'), (name, weight) =>
    weight.shape.length === 2 && !name.includes('embed')
      ? transposed(packInBlocks(transposed(weight), 32).dequantized)
      : weight,
  );
  const labelled = windows.map((window) => ({ ...window, labels: window.inputIds }));
  const reference = await evaluateInputs(runtime, plain, labelled);
  const same = reference.map(({ tokenLosses }) => ({ input_ids: [], nll: [...tokenLosses] }));
  expect(largestDifference(losses, same)).toBeLessThan(1e-4);
  // The weights did become others, so that the comparison says something.
  expect(largestDifference(losses, expected)).toBeGreaterThan(0.05);

  const alone = await startTestEngine(1);
  const again = await evaluateGraph(alone, graph, windows);
  await alone.close();
  expect(again.map(({ tokenLosses }) => tokenLosses)).toEqual(losses.map(({ tokenLosses }) => tokenLosses));
});
