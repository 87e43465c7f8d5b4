import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addModuleScales, scaleName } from '../../../../engine/graph/instrument/module-scales.ts';
import type { ModelGraph } from '../../../../engine/graph/model-graph.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../../../fixtures/engine.ts';
import { builtGraph, float, runOnce } from '../../../fixtures/instrumented.ts';
import { importLayout } from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { tinyModel } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { torchScriptGpt2 } from '../../../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = temporaryFolder('scales');
const ids = [40, 273, 965, 628, 12, 99, 7, 450, 31, 2];
const modules = ['transformer.h.0.mlp.c_proj', 'transformer.h.1.attn.c_attn'];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

/** A copy of the model with one weight, and not its bias, multiplied. */
function scaledCopy(factor: number): string {
  const folder = path.join(root, `scaled-${factor}`);
  mkdirSync(folder);
  for (const name of ['config.json', 'tokenizer.json'])
    copyFileSync(path.join(tinyGpt2, name), path.join(folder, name));
  const bytes = readFileSync(path.join(tinyGpt2, 'model.safetensors'));
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + headerBytes).toString('utf8'));
  const [start, end] = header[`${modules[0]}.weight`].data_offsets as [number, number];
  for (let at = 8 + headerBytes + start; at < 8 + headerBytes + end; at += 4)
    bytes.writeFloatLE(bytes.readFloatLE(at) * factor, at);
  writeFileSync(path.join(folder, 'model.safetensors'), bytes);
  return folder;
}

async function check(graph: ModelGraph): Promise<void> {
  const { graph: scaled, unavailable } = addModuleScales(graph, [...modules, 'no.such.module']);
  expect(unavailable).toEqual(['no.such.module']);
  expect(scaled.inputs).toEqual([...graph.inputs, ...modules.map(scaleName)]);
  const losses = async (first: number) => {
    const [one, two] = modules.map(scaleName) as [string, string];
    const feeds = { [one]: float(first), [two]: float(1) };
    return (await runOnce(runtime, scaled, ids, ['token_nll'], feeds)).token_nll!.values;
  };
  const plain = (await runOnce(runtime, graph, ids, ['token_nll'])).token_nll!.values;
  expect(await losses(1)).toEqual(plain);
  const expected = await runOnce(runtime, await builtGraph(scaledCopy0), ids, ['token_nll']);
  const actual = await losses(1.5);
  const differences = [...actual].map((value, i) => Math.abs(value - expected.token_nll!.values[i]!));
  expect(Math.max(...differences)).toBeLessThan(2e-5);
  expect(Math.max(...[...actual].map((value, i) => Math.abs(value - plain[i]!)))).toBeGreaterThan(1e-2);
}

const scaledCopy0 = scaledCopy(1.5);

test('a scale of a built graph is a weight at another scale, and 1 changes no bit', async () => {
  await check(await builtGraph(tinyGpt2));
});

test.each([false, true])('so is one of an imported graph, with a cache: %s', async (cache) => {
  const { config } = tinyModel(tinyGpt2);
  const model = torchScriptGpt2(tinyModel(tinyGpt2), { cache });
  await check(
    await importLayout({ folder: path.join(root, String(cache)), model, config }, { maximumRows: 1 }),
  );
});
