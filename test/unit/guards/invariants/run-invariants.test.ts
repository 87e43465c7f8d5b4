import { expect, test } from 'vitest';
import type { Files } from '../../../../engine/core/ports.ts';
import { smallGpt2 } from '../../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import { packGptq, packModel, writePackedModel } from '../../../fixtures/packed-models.ts';
import { opened, runWeightGuards, surveyed } from '../../../fixtures/run-guard-chain.ts';

const small = smallGpt2({ n_embd: 32, n_inner: 64, n_head: 4 });

/** A small GPT-2 under /base, and another model under /subject of the same files. */
async function models(
  subject: {
    readonly config?: object;
    readonly tensors?: (name: string) => Float32Array | undefined | null;
  } = {},
) {
  const files = new MemoryFiles();
  const write = async (
    folder: string,
    config: object,
    change: (name: string) => Float32Array | undefined | null,
  ) => {
    const tensors = [...small.tensors].flatMap(([name, { shape, values }]) => {
      const changed = change(name);
      const bytes = bytesOf(changed ?? values);
      return changed === null ? [] : [{ name, dtype: 'F32' as const, shape, bytes: async () => bytes }];
    });
    await writePackedModel(files, folder, { ...small.config, ...config }, tensors);
  };
  await write('/base', {}, () => undefined);
  await write('/subject', subject.config ?? {}, subject.tensors ?? (() => undefined));
  return files;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.slice().buffer);
}

async function outcomes(files: Files, facts: { vocabSize?: number; nonFiniteWindows?: number } = {}) {
  const [baseline, subject] = [await opened(files, '/base'), await opened(files, '/subject')];
  const weights = surveyed(files, baseline, subject);
  return runWeightGuards({ files, baseline, subject, weights, vocabSize: 16, ...facts });
}

const told = (found: Awaited<ReturnType<typeof outcomes>>, entry = 'invariants') => {
  const { status, violations } = found.get(entry)!;
  return [
    status,
    ...violations.map(({ type, check, setting }) => [type, check ?? setting].filter(Boolean).join(' ')),
  ];
};

test('a copy has nothing to say', async () => {
  const found = await outcomes(await models());
  expect([told(found), told(found, 'invariants_post')]).toEqual([['passed'], ['passed']]);
});

test.each<[string, object, unknown[]]>([
  ['an epsilon', { layer_norm_epsilon: 1e-3 }, ['failed', 'config_drift layer_norm_epsilon']],
  ['an activation', { activation_function: 'relu' }, ['failed', 'config_drift activation_function']],
  ['another number of heads', { n_head: 2 }, ['failed', 'config_drift n_head']],
  ['a default that is written out', { scale_attn_weights: true, layer_norm_epsilon: 1e-5 }, ['passed']],
  ['a dropout, which computes nothing here', { resid_pdrop: 0.3 }, ['passed']],
])('%s in config.json', async (_, config, expected) => {
  expect(told(await outcomes(await models({ config })))).toEqual(expected);
});

test('a value that is no finite number is found in its tensor, and windows without a loss in the second pass', async () => {
  const broken = 'transformer.h.1.mlp.c_fc.bias';
  const files = await models({
    tensors: (name) => (name === broken ? new Float32Array(64).fill(Number.POSITIVE_INFINITY) : undefined),
  });
  const found = await outcomes(files, { nonFiniteWindows: 3 });
  expect(told(found)).toEqual(['failed', 'non_finite_tensor']);
  expect(found.get('invariants')?.violations[0]?.locations).toEqual([`parameter::${broken}`]);
  expect(told(found, 'invariants_post')).toEqual(['failed', 'non_finite_tensor', 'non_finite_loss']);
});

test('a tokenizer with more tokens than the embedding has rows', async () => {
  const found = await outcomes(await models(), { vocabSize: 17 });
  expect(told(found)).toEqual(['failed', 'vocabulary_too_small']);
});

test('weights that change while the guards run stop the run', async () => {
  const files = await models();
  const [baseline, subject] = [await opened(files, '/base'), await opened(files, '/subject')];
  const weights = surveyed(files, baseline, subject);
  await weights.paired();
  await files.writeAtomic('/subject/model.safetensors', new Uint8Array(8));
  await expect(runWeightGuards({ files, baseline, subject, weights, vocabSize: 16 })).rejects.toMatchObject({
    code: 'M273',
  });
});

test('a packed subject is compared by the values that it means, and no type is expected of it', async () => {
  const files = await models();
  const options = { bits: 4, groupSize: 16, smallestZero: 1 };
  const { tensors, unpacked } = packModel(small, options, packGptq('gptq', true));
  const quantization = { quant_method: 'gptq', bits: 4, group_size: 16, sym: false };
  await writePackedModel(files, '/subject', { ...small.config, quantization_config: quantization }, tensors);
  const [baseline, subject] = [await opened(files, '/base'), await opened(files, '/subject')];
  const { pairs } = await surveyed(files, baseline, subject).paired();
  expect(pairs).toHaveLength(small.tensors.size);
  for (const { key, statistic } of pairs!) {
    const [before, after] = [small.tensors.get(key)!.values, unpacked.tensors.get(key)!.values];
    const norm = (of: Float32Array) => Math.hypot(...of);
    const expected = norm(after.map((value, at) => value - before[at]!)) / norm(before);
    expect(Math.abs(statistic.distance! - expected)).toBeLessThan(1e-5);
  }
  expect(told(await outcomes(files))).toEqual(['passed']);
});
