import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeFiles } from '../../engine/core/node-files.ts';
import { graphOfModel } from '../../engine/models/model-source.ts';
import { openModel } from '../../engine/models/open-model.ts';
import type { Runtime } from '../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../fixtures/engine.ts';
import {
  evaluateGraph,
  expectedWindows,
  inputOf,
  largestDifference,
} from '../fixtures/onnx-layouts/evaluate-layout.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const root = temporaryFolder('torch-export');
const script = fileURLToPath(new URL('./export_models.py', import.meta.url));
const models = fileURLToPath(new URL('../fixtures/models', import.meta.url));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

function exported(source: string): string {
  const folder = path.join(root, path.basename(source));
  mkdirSync(folder);
  copyFileSync(path.join(source, 'config.json'), path.join(folder, 'config.json'));
  const python = process.env.TORCH_PYTHON ?? 'python3';
  const { status, stderr } = spawnSync(python, [script, source, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the export failed:\n${stderr.slice(-2000)}`);
  return folder;
}

test.each(['tiny-gpt2', 'tiny-llama', 'tiny-bert', 'tiny-t5'])(
  '%s, exported by torch: every loss is within 1e-4 of the float64 reference',
  async (name) => {
    const source = name === 'tiny-gpt2' ? tinyGpt2 : path.join(models, name);
    const { value: model, findings } = await openModel(nodeFiles, exported(source));
    expect(findings).toEqual([]);
    const expected = expectedWindows(source);
    const losses = await evaluateGraph(runtime, graphOfModel(model!), expected.map(inputOf));
    expect(expected.length).toBeGreaterThan(0);
    expect(largestDifference(losses, expected)).toBeLessThan(1e-4);
  },
);
