import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bertLosses } from '../../reference-models/bert.ts';
import type { PlainModel, PlainTensor } from '../../reference-models/encoder-math.ts';
import { llamaFamilyLosses } from '../../reference-models/llama-family.ts';
import { t5Losses } from '../../reference-models/t5.ts';

/** The forwards that options are tested against must themselves agree with losses that another program computed. */
function load(name: string): { model: PlainModel; windows: Record<string, number[]>[] } {
  const folder = fileURLToPath(new URL(`../../fixtures/models/${name}`, import.meta.url));
  const bytes = readFileSync(`${folder}/model.safetensors`);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, start).toString('utf8'));
  const tensors = new Map<string, PlainTensor>();
  for (const [key, entry] of Object.entries<{ shape: number[]; data_offsets: [number, number] }>(header)) {
    if (key === '__metadata__') continue;
    const [from, to] = entry.data_offsets;
    const values = new Float32Array(Uint8Array.from(bytes.subarray(start + from, start + to)).buffer);
    tensors.set(key, { shape: entry.shape, values });
  }
  const config = JSON.parse(readFileSync(`${folder}/config.json`, 'utf8'));
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8'));
  return { model: { config, tensors }, windows: expected.windows };
}

function close(losses: readonly number[], expected: readonly number[]): void {
  expect(losses).toHaveLength(expected.length);
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss - expected[i]!)).toBeLessThan(1e-6);
}

test('BERT in float64 gives the losses of the trained model', () => {
  const { model, windows } = load('tiny-bert');
  for (const window of windows.slice(4, 7)) {
    close(bertLosses(model, window.input_ids!, window.masked_positions!, window.labels!), window.nll!);
  }
});

test('T5 in float64 gives the losses of the trained model', () => {
  const { model, windows } = load('tiny-t5');
  for (const window of windows.slice(0, 3)) {
    close(t5Losses(model, window.input_ids!, window.decoder_input_ids!, window.labels!), window.nll!);
  }
});

test('Llama in float64 gives the losses of the trained model', () => {
  const { model, windows } = load('tiny-llama');
  for (const window of windows.slice(5, 7)) close(llamaFamilyLosses(model, window.input_ids!), window.nll!);
});
