import { afterAll, beforeAll, test } from 'vitest';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallGptNeox } from '../../../fixtures/decoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { causalWindows } from '../../../fixtures/evaluate-inputs.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { gptNeoxLosses } from '../../../reference-models/gpt-neox.ts';

const root = temporaryFolder('gpt-neox');
const windows = causalWindows(30, 2);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

const forward: PlainLosses = (model, window) => gptNeoxLosses(model, window.inputIds);
let count = 0;

async function check(options: Record<string, unknown>, mattering = options): Promise<void> {
  const model = smallGptNeox(options);
  if (Object.keys(mattering).length > 0) expectOptionToMatter(model, mattering, windows, forward);
  await checkLosses(runtime, `${root}/${count++}`, model, windows, forward);
}

test('defaults', () => check({}));
test('one sublayer after the other', () => check({ use_parallel_residual: false }));
test('no biases of attention', () => check({ attention_bias: false }, {}));
test('a tied head', () => check({ tie_word_embeddings: true }, {}));
test('an activation', () => check({ hidden_act: 'relu' }));
test('another epsilon', () => check({ layer_norm_eps: 0.1 }));
test('names without the prefix', () =>
  checkLosses(runtime, `${root}/bare`, smallGptNeox({}, ''), windows, (model, window) =>
    gptNeoxLosses(model, window.inputIds, ''),
  ));
test('stored masks and frequencies are no obstacle', () => {
  const model = smallGptNeox();
  for (const name of ['bias', 'masked_bias', 'rotary_emb.inv_freq'])
    model.tensors.set(`gpt_neox.layers.0.attention.${name}`, { shape: [1], values: new Float32Array(1) });
  return checkLosses(runtime, `${root}/buffers`, model, windows, forward);
});
