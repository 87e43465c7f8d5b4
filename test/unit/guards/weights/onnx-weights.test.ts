import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { OnnxModel } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import { writeOnnxModel } from '../../../../engine/artifacts/onnx/write-onnx-model.ts';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import { findModules } from '../../../../engine/graph/instrument/find-modules.ts';
import { ModelEditor } from '../../../../engine/graph/instrument/model-editor.ts';
import { spectralFamily } from '../../../../engine/guards/spectral/spectral-families.ts';
import { familiesOfGraph } from '../../../../engine/guards/weights/graph-families.ts';
import { dynamicInt8, fourBit, halfFloat, weightQdq } from '../../../fixtures/onnx-layouts/quantize-model.ts';
import { tinyModel } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { torchScriptGpt2 } from '../../../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { torchScriptLlama } from '../../../fixtures/onnx-layouts/torch-script-llama.ts';
import { projectRoot } from '../../../fixtures/run-cli.ts';
import { opened, runWeightGuards, surveyed } from '../../../fixtures/run-guard-chain.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('onnx-weights');
const llama = path.join(projectRoot, 'test/fixtures/models/tiny-llama');
const gpt2 = path.join(projectRoot, 'examples/models/tiny-gpt2');
const float = torchScriptLlama(tinyModel(llama), { cache: false });

function write(name: string, settings: string, model: OnnxModel): string {
  const at = path.join(folder, name);
  mkdirSync(at, { recursive: true });
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(path.join(settings, file), path.join(at, file));
  writeFileSync(path.join(at, 'model.onnx'), writeOnnxModel(model));
  return at;
}

test.each<[string, string, () => OnnxModel, number]>([
  ['float', llama, () => float, 0],
  ['half', llama, () => halfFloat(float), 1e-3],
  ['dynamic', llama, () => dynamicInt8(float), 0.03],
  ['qdq', llama, () => weightQdq(float), 0.03],
  ['blocks', llama, () => fourBit(float), 0.15],
  ['conv1d', gpt2, () => torchScriptGpt2(tinyModel(gpt2), { cache: false }), 0],
])('%s: every matrix of the checkpoint is found in its export', async (name, source, model, most) => {
  const baseline = await opened(nodeFiles, source);
  const subject = await opened(nodeFiles, write(name, source, model()));
  const weights = surveyed(nodeFiles, baseline, subject);
  const { pairs, reason } = await weights.paired();
  expect(reason).toBeUndefined();
  const matrices = (await weights.baseline()).weights.filter(({ shape }) => shape.length === 2);
  expect(pairs!.length).toBeGreaterThanOrEqual(matrices.length);
  expect(Math.max(...pairs!.map(({ statistic }) => statistic.distance!))).toBeLessThanOrEqual(most);
  const outcomes = await runWeightGuards({ files: nodeFiles, baseline, subject, weights });
  expect([...outcomes.values()].map(({ status }) => status)).toEqual(['passed', 'passed', 'passed']);
});

test.each([
  ['llama', float],
  ['gpt2', torchScriptGpt2(tinyModel(gpt2), { cache: true })],
])('the graph of %s tells attention from feed-forward as the names do', (_, model) => {
  const editor = new ModelEditor(model);
  const modules = [...findModules(editor).values()].filter(({ name }) => !/lm_head/u.test(name));
  const families = familiesOfGraph(editor, modules);
  const linear = modules.filter(({ kind }) => kind === 'linear').map(({ name }) => name);
  expect(linear.length).toBeGreaterThan(15);
  expect(linear.map((name) => families.get(name))).toEqual(
    linear.map((name) => spectralFamily(name, 'Linear')),
  );
});

test('exports of other models are not paired, and that is said', async () => {
  const weights = surveyed(
    nodeFiles,
    await opened(nodeFiles, gpt2),
    await opened(nodeFiles, write('other', llama, float)),
  );
  expect((await weights.paired()).reason).toMatch(/18 of 18 matrices were not found in both/u);
});
