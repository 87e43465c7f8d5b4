import { expect, test } from 'vitest';
import { encodeFloats } from '../../../../engine/artifacts/safetensors/read-tensor.ts';
import { surveyWeights } from '../../../../engine/guards/weights/survey-weights.ts';
import { smallGpt2 } from '../../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import { writePackedModel } from '../../../fixtures/packed-models.ts';
import { opened } from '../../../fixtures/run-guard-chain.ts';

const small = smallGpt2({ n_embd: 32, n_inner: 64, n_head: 4 });
const estimator = { type: 'power_iter', iters: 4, init: 'ones' } as const;

/** Counts what is read of each weight file, and how much at most at once. */
class CountingFiles extends MemoryFiles {
  readonly read = new Map<string, number>();
  largest = 0;

  override async readBytes(file: string, range?: { offset: number; length: number }) {
    const bytes = await super.readBytes(file, range);
    if (file.endsWith('.safetensors')) {
      this.read.set(file, (this.read.get(file) ?? 0) + bytes.length);
      this.largest = Math.max(this.largest, bytes.length);
    }
    return bytes;
  }
}

async function models(files: MemoryFiles, dtype: 'F32' | 'F16', prefix = 'transformer.') {
  const write = (folder: string, type: 'F32' | 'F16', scale: number, start: string) => {
    const tensors = [...small.tensors].map(([name, { shape, values }]) => {
      const isScaled = name.endsWith('h.1.mlp.c_fc.weight');
      const bytes = encodeFloats(isScaled ? values.map((value) => scale * value) : values, type);
      return { name: name.replace('transformer.', start), dtype: type, shape, bytes: async () => bytes };
    });
    return writePackedModel(files, folder, small.config, tensors);
  };
  await write('/base', 'F32', 1, 'transformer.');
  await write('/subject', dtype, 2, prefix);
  return { baseline: await opened(files, '/base'), subject: await opened(files, '/subject') };
}

test('every tensor of both models is read once, one at a time, whoever asks how often', async () => {
  const files = new CountingFiles();
  const { baseline, subject } = await models(files, 'F32');
  const bytes = [...baseline.tensors.values()].map(({ lengthBytes }) => lengthBytes);
  files.read.clear();
  files.largest = 0;
  const steps: string[] = [];
  const onTensor = (done: number, total: number) => steps.push(`${done}/${total}`);
  const survey = surveyWeights({ files, baseline, subject, estimator, onTensor });
  expect(steps).toEqual([]);
  await Promise.all([survey.baseline(), survey.subject(), survey.paired(), survey.paired()]);
  const total = bytes.reduce((sum, one) => sum + one, 0);
  expect([...files.read.values()]).toEqual([total, total]);
  expect(files.largest).toBe(Math.max(...bytes));
  expect([steps.length, steps.at(-1)]).toEqual([bytes.length, `${bytes.length - 1}/${bytes.length}`]);
});

test('a change is found in its tensor alone, also in half precision and under the short names of published files', async () => {
  const files = new MemoryFiles();
  const { baseline, subject } = await models(files, 'F16', '');
  const { pairs } = await surveyWeights({ files, baseline, subject, estimator, onTensor: () => {} }).paired();
  expect(pairs).toHaveLength(small.tensors.size);
  for (const { key, statistic } of pairs!) {
    const expected = key.endsWith('h.1.mlp.c_fc.weight') ? 1 : 0;
    expect(Math.abs(statistic.distance! - expected)).toBeLessThan(1e-3);
  }
});

test('whoever is told of a tensor can stop the survey', async () => {
  const files = new MemoryFiles();
  const survey = surveyWeights({
    files,
    ...(await models(files, 'F32')),
    estimator,
    onTensor: (done) => {
      if (done === 3) throw new Error('stopped');
    },
  });
  await expect(survey.paired()).rejects.toThrow('stopped');
});

test('a run of one model has nothing to pair', async () => {
  const files = new MemoryFiles();
  const { baseline } = await models(files, 'F32');
  const survey = surveyWeights({ files, baseline, estimator, onTensor: () => {} });
  expect((await survey.baseline()).weights).toHaveLength(small.tensors.size);
  expect(await survey.subject()).toBeUndefined();
  expect((await survey.paired()).reason).toMatch(/no second model/u);
});
