import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import type { WindowLoss } from '../../../engine/evaluate/evaluate-windows.ts';
import type { WindowInput } from '../../../engine/evaluate/scored-rows.ts';
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

const windowOf: Record<string, (window: Expected, id: number) => WindowInput> = {
  'tiny-bert': (window, id) => maskedWindow(id, window.input_ids, window.masked_positions, window.labels),
  'tiny-llama': ({ input_ids: inputIds }, id) => ({ id, inputIds, attentionMask: inputIds.map(() => 1) }),
  'tiny-t5': (window, id) => pairWindow(id, window.input_ids, window.decoder_input_ids, window.labels),
};

describe.each(Object.entries(windowOf))('%s', (name, toWindow) => {
  const expected = expectedOf(name);
  const windows = expected.map(toWindow);

  test('every loss is within 1e-4 of the float64 reference', async () => {
    check(await evaluateInputs(runtime, folderOf(name), windows), expected);
  });

  test('two threads give the same bits as one', async () => {
    const once = await evaluateInputs(runtime, folderOf(name), windows);
    const other = await startTestEngine(2);
    try {
      const again = await evaluateInputs(other, folderOf(name), windows);
      expect(again.map((loss) => loss.tokenLosses)).toEqual(once.map((loss) => loss.tokenLosses));
    } finally {
      await other.close();
    }
  });
});

test('a decoder without given inputs reads the labels behind the first token of the model', async () => {
  const windows = expectedOf('tiny-t5').map(windowOf['tiny-t5']!);
  const given = await evaluateInputs(runtime, folderOf('tiny-t5'), windows);
  const derived = windows.map(({ decoderInputIds, ...window }) => window);
  const losses = await evaluateInputs(runtime, folderOf('tiny-t5'), derived);
  expect(losses.map((loss) => loss.tokenLosses)).toEqual(given.map((loss) => loss.tokenLosses));
});
