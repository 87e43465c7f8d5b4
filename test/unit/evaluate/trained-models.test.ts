import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import type { WindowLoss } from '../../../engine/evaluate/evaluate-windows.ts';
import type { Runtime } from '../../../engine/runtime/runtime-port.ts';
import { startTestEngine } from '../../fixtures/engine.ts';
import { evaluateInputs, maskedWindow, pairWindow } from '../../fixtures/evaluate-inputs.ts';

interface Expected {
  readonly input_ids: number[];
  readonly decoder_input_ids: number[];
  readonly masked_positions: number[];
  readonly labels: number[];
  readonly nll: number[];
}

const folderOf = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/models/${name}`, import.meta.url));
const expectedOf = (name: string): Expected[] =>
  JSON.parse(readFileSync(`${folderOf(name)}/expected.json`, 'utf8')).windows;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

/** The float64 losses that another program computed. */
function check(losses: readonly WindowLoss[], expected: readonly Expected[]): void {
  for (const [i, { nll }] of expected.entries()) {
    expect(losses[i]?.targetCount).toBe(nll.length);
    for (const [j, value] of nll.entries())
      expect(Math.abs(losses[i]!.tokenLosses[j]! - value)).toBeLessThan(1e-4);
  }
}

test.each(['tiny-bert', 'tiny-llama', 'tiny-t5'])('%s opens without a finding', async (name) => {
  expect((await openCheckpoint(nodeFiles, folderOf(name))).findings).toEqual([]);
});

test('every loss of a trained BERT is within 1e-4 of the float64 reference', async () => {
  const expected = expectedOf('tiny-bert');
  const windows = expected.map((window, id) =>
    maskedWindow(id, window.input_ids, window.masked_positions, window.labels),
  );
  check(await evaluateInputs(runtime, folderOf('tiny-bert'), windows), expected);
});

test('every loss of a trained T5 is within 1e-4 of the float64 reference', async () => {
  const expected = expectedOf('tiny-t5');
  const windows = expected.map((window, id) =>
    pairWindow(id, window.input_ids, window.decoder_input_ids, window.labels),
  );
  check(await evaluateInputs(runtime, folderOf('tiny-t5'), windows), expected);
});

test('every loss of a trained Llama is within 1e-4 of the float64 reference', async () => {
  const expected = expectedOf('tiny-llama');
  const windows = expected.map(({ input_ids: inputIds }, id) => ({
    id,
    inputIds,
    attentionMask: inputIds.map(() => 1),
  }));
  check(await evaluateInputs(runtime, folderOf('tiny-llama'), windows), expected);
});
