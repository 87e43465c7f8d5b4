import { expect, test } from 'vitest';
import { applyEdit } from '../../../engine/edits/apply-edit.ts';
import { smallGpt2 } from '../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { packGptq, packLlmInt8, packModel, writePackedModel } from '../../fixtures/packed-models.ts';

const model = smallGpt2({ n_embd: 32, n_inner: 64, n_head: 4 });

test.each([
  ['gptq', packGptq('gptq', false), 4, /packed already \(.*qweight\), so int8-rtn does not/],
  ['bitsandbytes', packLlmInt8, 8, /packed already \(.*SCB\)/],
] as const)('a %s model is not edited', async (method, pack, bits, message) => {
  const files = new MemoryFiles();
  const { tensors } = packModel(model, { bits, groupSize: -1, smallestZero: 1 }, pack);
  await writePackedModel(
    files,
    '/m',
    { ...model.config, quantization_config: { quant_method: method } },
    tensors,
  );
  const { value, findings } = await applyEdit(files, {
    kind: 'quant_rtn',
    modelFolder: '/m',
    outFolder: '/out',
  });
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code: 'X607', message: expect.stringMatching(message) }]);
});
