import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeOnnxModel } from '../../../../engine/artifacts/onnx/write-onnx-model.ts';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import { graphOfModel } from '../../../../engine/models/model-source.ts';
import { openModel } from '../../../../engine/models/open-model.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import {
  evaluateGraph,
  expectedWindows,
  importLayout,
  inputOf,
  largestDifference,
} from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { splitT5 } from '../../../fixtures/onnx-layouts/split-t5.ts';
import { tinyModel } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = temporaryFolder('encoder-decoder');
const tinyT5 = fileURLToPath(new URL('../../../fixtures/models/tiny-t5', import.meta.url));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

function newFolder(name: string): string {
  const folder = path.join(root, name);
  mkdirSync(path.join(folder, 'onnx'), { recursive: true });
  return folder;
}

test('an encoder-decoder in two files is put together: every loss is within 1e-4 of the float64 reference', async () => {
  const folder = newFolder('two');
  const models = path.join(folder, 'onnx');
  copyFileSync(path.join(tinyT5, 'model.safetensors'), path.join(models, 'model.safetensors'));
  for (const name of ['config.json', 'tokenizer.json'])
    copyFileSync(path.join(tinyT5, name), path.join(folder, name));
  const { encoder, decoder } = await splitT5(tinyT5);
  await nodeFiles.writeAtomic(path.join(models, 'encoder_model.onnx'), writeOnnxModel(encoder));
  await nodeFiles.writeAtomic(path.join(models, 'decoder_model.onnx'), writeOnnxModel(decoder));

  const { value: source, findings } = await openModel(nodeFiles, folder);
  expect(findings).toEqual([]);
  expect(source).toMatchObject({ kind: 'onnx', loss: 'seq2seq', folder });
  expect(source?.weightFiles.map((file) => path.basename(file)).sort()).toEqual([
    'decoder_model.onnx',
    'encoder_model.onnx',
    'model.safetensors',
  ]);
  if (!source) return;
  const graph = graphOfModel(source);
  expect(graph.inputs).toEqual(['input_ids', 'decoder_input_ids', 'positions', 'targets']);
  expect(graph.decoderStartId).toBe(0);
  const expected = expectedWindows(tinyT5);
  expect(
    largestDifference(await evaluateGraph(runtime, graph, expected.map(inputOf)), expected),
  ).toBeLessThan(1e-4);
});

test('parts that were exported for other operators are not put together', async () => {
  const { encoder, decoder } = await splitT5(tinyT5);
  const folder = newFolder('versions');
  copyFileSync(path.join(tinyT5, 'model.safetensors'), path.join(folder, 'model.safetensors'));
  const { config } = tinyModel(tinyT5);
  const parts = { folder, model: decoder, encoder: { ...encoder, opset: 14 }, config };
  await expect(importLayout(parts)).rejects.toThrow(/M267.*version 14.*17/);
});
