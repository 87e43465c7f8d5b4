import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { smallLlama } from '../../../fixtures/decoder-checkpoints.ts';
import { evaluateFolder, startTestEngine } from '../../../fixtures/engine.ts';
import {
  type CodeOptions,
  type Packer,
  packAwq,
  packCompressed,
  packGptq,
  packModel,
  packSignedBytes,
  writePackedModel,
} from '../../../fixtures/packed-models.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { llamaFamilyLosses } from '../../../reference-models/llama-family.ts';

const root = temporaryFolder('packed-decoders');
const windows = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  [15, 0, 15, 3],
];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

/** These architectures store [outputs, inputs], GPTQ and AWQ the other way round; the head is no layer but a weight. */
const layers = { matrices: /_proj\.weight$/, isInputFirst: false };
const layersAndHead = { matrices: /(_proj|lm_head)\.weight$/, isInputFirst: false };

const cases: [string, string, Record<string, unknown>, CodeOptions, Packer, typeof layers][] = [
  [
    'llama',
    'GPTQ with a packed head',
    { quant_method: 'gptq', bits: 4, group_size: 16, desc_act: true, lm_head: true },
    { bits: 4, groupSize: 16, isReordered: true },
    packGptq('gptq', true),
    layersAndHead,
  ],
  [
    'qwen2',
    'AWQ beside biases',
    { quant_method: 'awq', bits: 4, group_size: 16, version: 'gemm', zero_point: true },
    { bits: 4, groupSize: 16 },
    packAwq,
    layers,
  ],
  [
    'phi3',
    'compressed-tensors over fused layers',
    {
      quant_method: 'compressed-tensors',
      format: 'pack-quantized',
      config_groups: { group_0: { weights: { num_bits: 4, strategy: 'group', group_size: 16 } } },
    },
    { bits: 4, groupSize: 16 },
    packCompressed('packed'),
    layersAndHead,
  ],
  [
    'mistral',
    'compressed-tensors in signed bytes',
    {
      quant_method: 'compressed-tensors',
      format: 'naive-quantized',
      config_groups: { group_0: { weights: { num_bits: 8, strategy: 'channel' } } },
    },
    { bits: 8, groupSize: -1, zero: 128 },
    packSignedBytes(false),
    layersAndHead,
  ],
];

test.each(cases)('%s: %s', async (type, _, quantization, options, pack, part) => {
  const sizes = { hidden_size: 32, intermediate_size: 64, vocab_size: 32 };
  const model = smallLlama(type, { ...sizes, ...(type === 'phi3' ? { head_dim: 8 } : {}) });
  const { tensors, unpacked } = packModel(model, { ...options, span: 0.6 }, pack, part);
  const folder = `${root}/${type}`;
  await writePackedModel(nodeFiles, folder, { ...model.config, quantization_config: quantization }, tensors);
  const losses = await evaluateFolder(runtime, folder, windows);
  for (const [i, ids] of windows.entries()) {
    const expected = llamaFamilyLosses(unpacked, ids);
    expect(losses[i]!.tokenLosses).toHaveLength(expected.length);
    for (const [j, nll] of expected.entries())
      expect(Math.abs(losses[i]!.tokenLosses[j]! - nll)).toBeLessThan(1e-5);
  }
});
