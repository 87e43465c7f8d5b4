import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OnnxModel } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import type { WindowLoss } from '../../../../engine/evaluate/evaluate-windows.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../../../fixtures/engine.ts';
import { evaluateInputs } from '../../../fixtures/evaluate-inputs.ts';
import {
  evaluateGraph,
  expectedWindows,
  importLayout,
  inputOf,
  largestDifference,
  meanLoss,
} from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { mergedDecoder } from '../../../fixtures/onnx-layouts/merged-decoder.ts';
import { packInBlocks } from '../../../fixtures/onnx-layouts/quantize-blocks.ts';
import {
  dynamicInt8,
  fourBit,
  halfFloat,
  roundedToInt8,
  weightQdq,
} from '../../../fixtures/onnx-layouts/quantize-model.ts';
import { writeTinyVariant } from '../../../fixtures/onnx-layouts/tiny-variant.ts';
import { tinyModel, transposed, type Weight } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { torchScriptGpt2 } from '../../../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { torchScriptLlama } from '../../../fixtures/onnx-layouts/torch-script-llama.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = temporaryFolder('transformers-js');
const tinyLlama = fileURLToPath(new URL('../../../fixtures/models/tiny-llama', import.meta.url));
const gpt2 = tinyModel(tinyGpt2);
const llama = tinyModel(tinyLlama);
const expected = expectedWindows(tinyLlama);
const windows = expected.map(inputOf);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

let count = 0;
const newFolder = (): string => path.join(root, String(count++));

async function lossesOf(model: OnnxModel, config: object, rowsPerChunk = 64): Promise<WindowLoss[]> {
  const graph = await importLayout({ folder: newFolder(), model, config: { ...config } }, { rowsPerChunk });
  return evaluateGraph(runtime, graph, windows);
}

test('a merged decoder is read without its cache branch', async () => {
  const merged = mergedDecoder(torchScriptLlama(llama, { cache: true }));
  const graph = await importLayout({ folder: newFolder(), model: merged, config: llama.config });
  expect(largestDifference(await evaluateGraph(runtime, graph, windows), expected)).toBeLessThan(1e-4);
  expect(graph.modules.has('model.layers.3.mlp.down_proj')).toBe(true);
});

test('a model of halves has the losses of the model within half precision', async () => {
  const losses = await lossesOf(halfFloat(torchScriptLlama(llama, { cache: true })), llama.config);
  expect(largestDifference(losses, expected)).toBeLessThan(0.05);
  expect(Math.abs(meanLoss(losses) - meanOf(expected))).toBeLessThan(1e-3);
});

const meanOf = (all: readonly { readonly nll: readonly number[] }[]): number => {
  const values = all.flatMap(({ nll }) => nll);
  return values.reduce((a, b) => a + b, 0) / values.length;
};

/** The losses of the same model with its matrices as they are after rounding, as a checkpoint. */
async function roundedLosses(round: (weight: Weight) => Weight): Promise<WindowLoss[]> {
  const folder = await writeTinyVariant(llama, newFolder(), (name, weight) =>
    weight.shape.length === 2 && !name.includes('embed') ? transposed(round(transposed(weight))) : weight,
  );
  return evaluateInputs(
    runtime,
    folder,
    windows.map((window) => ({ ...window, labels: window.inputIds })),
  );
}

test.each<[string, (model: OnnxModel) => OnnxModel, (weight: Weight) => Weight]>([
  ['int8 weights (QDQ)', weightQdq, roundedToInt8],
  ['4-bit blocks', fourBit, (weight) => packInBlocks(weight, 32).dequantized],
])('%s give the losses of the matrices that they stand for', async (_, quantize, round) => {
  const losses = await lossesOf(quantize(torchScriptLlama(llama, { cache: true })), llama.config);
  const same = (await roundedLosses(round)).map(({ tokenLosses }) => ({
    input_ids: [],
    nll: [...tokenLosses],
  }));
  expect(largestDifference(losses, same)).toBeLessThan(1e-4);
  expect(largestDifference(losses, expected)).toBeGreaterThan(0.01);
});

test.each<[string, OnnxModel, object, string]>([
  ['Llama', torchScriptLlama(llama, { cache: true }), llama.config, tinyLlama],
  ['GPT-2', torchScriptGpt2(gpt2, { cache: true }), gpt2.config, tinyGpt2],
])(
  'dynamic int8 of a %s is near the float model, and does not depend on the chunks',
  async (_, model, config, source) => {
    const reference = expectedWindows(source);
    const run = async (rowsPerChunk: number) => {
      const graph = await importLayout(
        { folder: newFolder(), model: dynamicInt8(model), config: { ...config } },
        { rowsPerChunk },
      );
      return evaluateGraph(runtime, graph, reference.map(inputOf));
    };
    const losses = await run(64);
    expect(Math.abs(meanLoss(losses) - meanOf(reference))).toBeLessThan(0.02);
    expect(largestDifference(losses, reference)).toBeGreaterThan(0.001);
    // A scale that came from some rows only would give other losses with other rows.
    const whole = await run(256);
    expect(whole.map(({ tokenLosses }) => tokenLosses)).toEqual(losses.map(({ tokenLosses }) => tokenLosses));
  },
);
