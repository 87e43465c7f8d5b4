import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallOpt } from '../../../fixtures/decoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { causalWindows } from '../../../fixtures/evaluate-inputs.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { optLosses } from '../../../reference-models/opt.ts';

const root = temporaryFolder('opt');
const windows = causalWindows(64, 30, 2);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

const forward: PlainLosses = (model, window) => optLosses(model, window.inputIds);
let count = 0;

async function check(
  options: Record<string, unknown>,
  mattering: Record<string, unknown> = {},
): Promise<void> {
  const model = smallOpt(options);
  if (Object.keys(mattering).length > 0) expectOptionToMatter(model, mattering, windows, forward);
  await checkLosses(runtime, `${root}/${count++}`, model, windows, forward);
}

test('defaults', () => check({}));
test('norms after the sublayers', () => check({ do_layer_norm_before: false }));
test('no final norm', () => check({ _remove_final_layer_norm: true }));
test('embeddings narrower than the hidden states', () => check({ word_embed_proj_dim: 8 }));
test('both, as in OPT-350M', () => check({ word_embed_proj_dim: 8, do_layer_norm_before: false }));
test('no biases', () => check({ enable_bias: false }));
test('a head of its own', () => check({ tie_word_embeddings: false }));
test.each(['gelu', 'silu'])('activation %s', (activation_function) =>
  check({ activation_function }, { activation_function }),
);
test('names without the prefix', () =>
  checkLosses(runtime, `${root}/bare`, smallOpt({}, 'decoder.'), windows, (model, window) =>
    optLosses(model, window.inputIds, 'decoder.'),
  ));

test('positions begin at the third row', () => {
  const model = smallOpt();
  const positions = model.tensors.get('model.decoder.embed_positions.weight')!;
  const losses = forward(model, windows[1]!);
  positions.values.fill(0, 0, 2 * 16);
  expect(forward(model, windows[1]!)).toEqual(losses);
  positions.values.fill(0, 2 * 16, 3 * 16);
  expect(forward(model, windows[1]!)).not.toEqual(losses);
});
