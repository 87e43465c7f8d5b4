import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import type { WindowInput } from '../../../engine/evaluate/scored-rows.ts';
import type { Runtime } from '../../../engine/runtime/runtime-port.ts';
import { startEngine } from '../../../engine/runtime/start-engine.ts';
import { smallRoberta } from '../../fixtures/encoder-checkpoints.ts';
import { childPath } from '../../fixtures/engine.ts';
import { evaluateInputs, maskedWindow, pairWindow } from '../../fixtures/evaluate-inputs.ts';
import { writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { softwareAdapter } from '../../fixtures/software-adapter.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { robertaLosses } from '../../reference-models/roberta.ts';

// A trained model of each other kind on a software adapter: one short window each, because every length is compiled.

let runtime: Runtime;
beforeAll(async () => {
  const nativeLibraries = { vulkanDriver: softwareAdapter };
  runtime = await startEngine({
    childPath,
    threads: 2,
    device: { provider: 'webgpu' },
    nativeLibraries,
  });
});
afterAll(() => runtime.close());

async function check(folder: string, window: WindowInput, expected: readonly number[]): Promise<void> {
  const [loss] = await evaluateInputs(runtime, folder, [window]);
  expect(loss?.tokenLosses.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(loss!.tokenLosses[i]! - value)).toBeLessThan(1e-4);
}

/** The shortest window of a trained model, with the float64 losses that another program computed. */
function shortest(name: string): { folder: string; window: Record<string, number[]> } {
  const folder = fileURLToPath(new URL(`../../fixtures/models/${name}`, import.meta.url));
  const { windows } = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8'));
  const [window] = windows.toSorted(
    (a: { input_ids: number[] }, b: { input_ids: number[] }) => a.input_ids.length - b.input_ids.length,
  );
  return { folder, window };
}

test('a trained Llama', async () => {
  const { folder, window } = shortest('tiny-llama');
  const inputIds = window.input_ids!;
  await check(folder, { id: 0, inputIds, attentionMask: inputIds.map(() => 1) }, window.nll!);
});

test('a trained BERT', async () => {
  const { folder, window } = shortest('tiny-bert');
  const input = maskedWindow(0, window.input_ids!, window.masked_positions!, window.labels!);
  await check(folder, input, window.nll!);
});

test('a trained T5', async () => {
  const { folder, window } = shortest('tiny-t5');
  const input = pairWindow(0, window.input_ids!, window.decoder_input_ids!, window.labels!);
  await check(folder, input, window.nll!);
});

test("RoBERTa's positions, which are counted in the graph", async () => {
  const folder = temporaryFolder('webgpu-roberta');
  const model = smallRoberta();
  await writeSmallModel(nodeFiles, folder, model);
  const ids = [0, 5, 4, 1, 8, 4, 2];
  const expected = robertaLosses(model, ids, [2, 5], [6, 9]);
  await check(folder, maskedWindow(0, ids, [2, 5], [6, 9]), expected);
});
