import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  decodeFloats,
  encodeFloats,
  type FloatDtype,
} from '../../../engine/artifacts/safetensors/read-tensor.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { activations } from '../../../engine/graph/activations.ts';
import type { Runtime } from '../../../engine/runtime/runtime-port.ts';
import { evaluateFolder, startTestEngine } from '../../fixtures/engine.ts';
import { type SmallModel, smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { gpt2Losses } from '../../fixtures/gpt2-forward.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('graph');
const windows = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  [15, 0, 15, 3],
  [7, 7],
];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

/** The engine's losses and those of the independent float64 forward agree. */
async function check(
  name: string,
  model: SmallModel,
  dtype: FloatDtype = 'F32',
  prefix = 'transformer.',
): Promise<void> {
  const folder = `${root}/${name}`;
  await writeSmallModel(nodeFiles, folder, model, dtype);
  const losses = await evaluateFolder(runtime, folder, windows);
  // The forward works on what the file holds, so that narrow types are no excuse for a wide tolerance.
  const stored: SmallModel = {
    config: model.config,
    tensors: new Map(
      [...model.tensors].map(([key, { shape, values }]) => [
        key,
        { shape, values: decodeFloats(encodeFloats(values, dtype), dtype) },
      ]),
    ),
  };
  for (const [i, ids] of windows.entries()) {
    const expected = gpt2Losses(stored, ids, prefix);
    expect(losses[i]!.tokenLosses).toHaveLength(expected.length);
    for (const [j, nll] of expected.entries())
      expect(Math.abs(losses[i]!.tokenLosses[j]! - nll)).toBeLessThan(2e-5);
  }
}

test.each(Object.keys(activations))('activation %s', (name) =>
  check(name, smallGpt2({ activation_function: name })),
);
test.each(['F16', 'BF16'] as const)('%s weights', (dtype) => check(dtype, smallGpt2(), dtype));
test('a head of its own', () => check('untied', smallGpt2({ tie_word_embeddings: false })));
test('a head of its own in BF16', () =>
  check('untied-bf16', smallGpt2({ tie_word_embeddings: false }), 'BF16'));
test('attention without scale', () => check('unscaled', smallGpt2({ scale_attn_weights: false })));
test('another epsilon', () => check('epsilon', smallGpt2({ layer_norm_epsilon: 0.1 })));
test('names without the prefix', () => check('bare', smallGpt2({}, ''), 'F32', ''));
