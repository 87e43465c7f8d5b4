import { afterAll, beforeAll, describe, test } from 'vitest';
import { activations } from '../../../../engine/graph/activations.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { checkLosses, expectOptionToMatter, type PlainLosses } from '../../../fixtures/check-losses.ts';
import { smallLlama } from '../../../fixtures/decoder-checkpoints.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { causalWindows } from '../../../fixtures/evaluate-inputs.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { llamaFamilyLosses } from '../../../reference-models/llama-family.ts';

const root = temporaryFolder('llama');
const windows = causalWindows(40, 9, 2);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

const forward: PlainLosses = (model, window) => llamaFamilyLosses(model, window.inputIds);
let count = 0;

/**
 * The graph agrees with the float64 forward, and the options show in the losses. Those that show in the shapes of the
 * tensors need not: with another number of heads or without a bias, the model would not open.
 */
async function check(type: string, options: Record<string, unknown>, mattering = options): Promise<void> {
  const model = smallLlama(type, options);
  if (Object.keys(mattering).length > 0) expectOptionToMatter(model, mattering, windows, forward);
  await checkLosses(runtime, `${root}/${count++}`, model, windows, forward);
}

describe('llama', () => {
  test('defaults', () => check('llama', {}));
  test('as many heads of keys and values as of queries', () =>
    check('llama', { num_key_value_heads: 4 }, {}));
  test('one head of keys and values', () => check('llama', { num_key_value_heads: 1 }, {}));
  test('a tied head', () => check('llama', { tie_word_embeddings: true }, {}));
  test('biases of attention', () => check('llama', { attention_bias: true }, {}));
  test('biases of the feed-forward', () => check('llama', { mlp_bias: true }, {}));
  test('another epsilon', () => check('llama', { rms_norm_eps: 0.1 }));
  test.each(Object.keys(activations).filter((name) => !['silu', 'swish'].includes(name)))(
    'activation %s',
    (name) => check('llama', { hidden_act: name }),
  );
  test('another base', () => check('llama', { rope_theta: 100 }));
  test('names without the prefix', () =>
    checkLosses(runtime, `${root}/bare`, smallLlama('llama', {}, ''), windows, (model, window) =>
      llamaFamilyLosses(model, window.inputIds, ''),
    ));
});

describe('mistral', () => {
  test('without a window', () => check('mistral', { sliding_window: null }, {}));
  test('a window', () => check('mistral', { sliding_window: 5 }));
  test('a window of one token', () => check('mistral', { sliding_window: 1 }));
  test('a window longer than the text', () => check('mistral', { sliding_window: 60 }, {}));
});

describe('qwen2', () => {
  test('defaults', () => check('qwen2', {}));
  test('a window that is switched off', () =>
    check('qwen2', { sliding_window: 4, use_sliding_window: false }, {}));
  test('a window from a layer on', () =>
    check('qwen2', { sliding_window: 4, use_sliding_window: true, max_window_layers: 1 }));
  test('layers by type', () =>
    check('qwen2', {
      sliding_window: 4,
      use_sliding_window: true,
      max_window_layers: 0,
      layer_types: ['full_attention', 'sliding_attention'],
    }));
});

describe('qwen3', () => {
  test('defaults', () => check('qwen3', {}));
  test('biases', () => check('qwen3', { attention_bias: true }, {}));
  test('a window from the first layer on', () =>
    check('qwen3', { sliding_window: 3, use_sliding_window: true, max_window_layers: 0 }));
});

describe('phi3', () => {
  test('defaults', () => check('phi3', {}));
  test('part of a head is rotated', () => check('phi3', { partial_rotary_factor: 0.5 }));
  test('a window', () => check('phi3', { sliding_window: 6 }));
  test('a tied head', () => check('phi3', { tie_word_embeddings: true }, {}));
});

describe('gemma2', () => {
  const small = { query_pre_attn_scalar: 16, attn_logit_softcapping: 0.5, final_logit_softcapping: 2 };
  test('defaults', () => check('gemma2', { num_hidden_layers: 3 }, {}));
  test('both caps', () => check('gemma2', small));
  test.each(Object.entries(small))('%s of %f', (key, value) => check('gemma2', { [key]: value }));
  test('no cap', () => check('gemma2', { attn_logit_softcapping: null, final_logit_softcapping: null }, {}));
  test('a window in every second layer', () =>
    check('gemma2', { sliding_window: 3, num_hidden_layers: 3 }, { sliding_window: 3 }));
  test('layers by type', () =>
    check('gemma2', { sliding_window: 3, layer_types: ['full_attention', 'sliding_attention'] }));
  test('an untied head', () => check('gemma2', { tie_word_embeddings: false }, {}));
  test('an activation', () => check('gemma2', { hidden_activation: 'relu' }));
});

describe('gemma3', () => {
  const sizes = { num_hidden_layers: 4, sliding_window: 5, sliding_window_pattern: 2 };
  const window = { sliding_window: 5 };
  test('defaults', () => check('gemma3_text', {}));
  test('a pattern of layers', () => check('gemma3_text', sizes, window));
  test('a logit cap', () => check('gemma3_text', { final_logit_softcapping: 2 }));
  test('bases of both kinds', () =>
    check(
      'gemma3_text',
      { ...sizes, rope_theta: 500, rope_local_base_freq: 50 },
      { rope_local_base_freq: 50, rope_theta: 500 },
    ));
  test('scaling only where there is no window', () =>
    check(
      'gemma3_text',
      { ...sizes, rope_scaling: { rope_type: 'linear', factor: 8 } },
      { rope_scaling: 0 },
    ));
  test('rope parameters by the type of layer', () => {
    const rope_parameters = {
      full_attention: { rope_type: 'linear', factor: 4, rope_theta: 300 },
      sliding_attention: { rope_type: 'default', rope_theta: 40 },
    };
    return check('gemma3_text', { ...sizes, rope_parameters }, { rope_parameters });
  });
});
