import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OnnxModel } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../../../fixtures/engine.ts';
import {
  evaluateGraph,
  expectedWindows,
  importLayout,
  inputOf,
  largestDifference,
} from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { ownExport } from '../../../fixtures/onnx-layouts/own-export.ts';
import { tinyModel } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { torchDynamoGpt2 } from '../../../fixtures/onnx-layouts/torch-dynamo-gpt2.ts';
import { torchScriptGpt2 } from '../../../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { torchScriptLlama } from '../../../fixtures/onnx-layouts/torch-script-llama.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = temporaryFolder('layouts');
const models = fileURLToPath(new URL('../../../fixtures/models', import.meta.url));
const tinyLlama = path.join(models, 'tiny-llama');

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(2);
});
afterAll(() => runtime.close());

let count = 0;
const newFolder = (): string => path.join(root, String(count++));

async function check(
  source: string,
  model: OnnxModel,
  folder = newFolder(),
  rowsPerChunk = 48,
): Promise<void> {
  const { config } = tinyModel(source);
  const graph = await importLayout({ folder, model, config }, { rowsPerChunk });
  const expected = expectedWindows(source);
  const losses = await evaluateGraph(runtime, graph, expected.map(inputOf));
  expect(largestDifference(losses, expected)).toBeLessThan(1e-4);
}

const gpt2 = tinyModel(tinyGpt2);
const llama = tinyModel(tinyLlama);

test.each<[string, string, () => OnnxModel]>([
  ['GPT-2 from torch, old exporter', tinyGpt2, () => torchScriptGpt2(gpt2, { cache: false })],
  ['GPT-2 from optimum', tinyGpt2, () => torchScriptGpt2(gpt2, { cache: true })],
  ['GPT-2 from torch, new exporter', tinyGpt2, () => torchDynamoGpt2(gpt2, { hasFunctions: false })],
  ['GPT-2 from torch, with functions', tinyGpt2, () => torchDynamoGpt2(gpt2, { hasFunctions: true })],
  ['Llama from torch, old exporter', tinyLlama, () => torchScriptLlama(llama, { cache: false })],
  ['Llama from optimum', tinyLlama, () => torchScriptLlama(llama, { cache: true })],
])('%s: every loss is within 1e-4 of the float64 reference', async (_, source, model) => {
  await check(source, model());
});

test.each(['tiny-gpt2', 'tiny-llama', 'tiny-bert', 'tiny-t5'])(
  '%s, saved by our own builder: every loss is within 1e-4 of the float64 reference',
  async (name) => {
    const source = name === 'tiny-gpt2' ? tinyGpt2 : path.join(models, name);
    const folder = newFolder();
    mkdirSync(folder);
    copyFileSync(path.join(source, 'model.safetensors'), path.join(folder, 'model.safetensors'));
    await check(source, await ownExport(source), folder);
  },
);
