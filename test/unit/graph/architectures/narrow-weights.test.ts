import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  decodeFloats,
  encodeFloats,
  type FloatDtype,
} from '../../../../engine/artifacts/safetensors/read-tensor.ts';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { smallGptNeox, smallLlama, smallOpt } from '../../../fixtures/decoder-checkpoints.ts';
import { evaluateFolder, startTestEngine } from '../../../fixtures/engine.ts';
import { type SmallModel, writeSmallModel } from '../../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { gptNeoxLosses } from '../../../reference-models/gpt-neox.ts';
import { llamaFamilyLosses } from '../../../reference-models/llama-family.ts';
import { optLosses } from '../../../reference-models/opt.ts';

const root = temporaryFolder('narrow-weights');
const windows = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  [23, 0],
];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

const models: [string, SmallModel, (model: SmallModel, ids: readonly number[]) => number[]][] = [
  ['llama', smallLlama('llama'), llamaFamilyLosses],
  ['phi3', smallLlama('phi3'), llamaFamilyLosses],
  ['gemma3', smallLlama('gemma3_text'), llamaFamilyLosses],
  ['gpt-neox', smallGptNeox(), gptNeoxLosses],
  ['opt', smallOpt(), optLosses],
];
const cases = models.flatMap(([name, model, forward]) =>
  (['BF16', 'F16'] as const).map((dtype): [string, FloatDtype, SmallModel, typeof forward] => [
    name,
    dtype,
    model,
    forward,
  ]),
);

test.each(cases)('%s in %s', async (name, dtype, model, forward) => {
  const folder = `${root}/${name}-${dtype}`;
  await writeSmallModel(nodeFiles, folder, model, dtype);
  const losses = await evaluateFolder(runtime, folder, windows);
  // The forward works on what the file holds, so that narrow types are no excuse for a wide tolerance.
  const stored = [...model.tensors].map(([key, { shape, values }]) => {
    const kept = decodeFloats(encodeFloats(values, dtype), dtype);
    return [key, { shape, values: kept }] as const;
  });
  for (const [i, ids] of windows.entries()) {
    const expected = forward({ config: model.config, tensors: new Map(stored) }, ids);
    expect(losses[i]!.tokenLosses).toHaveLength(expected.length);
    for (const [j, nll] of expected.entries())
      expect(Math.abs(losses[i]!.tokenLosses[j]! - nll)).toBeLessThan(2e-5);
  }
});
