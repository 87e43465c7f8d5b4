import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import type { TaskExample } from '../../../engine/data/data-types.ts';
import { evaluateExamples } from '../../../engine/evaluate/evaluate-examples.ts';
import { buildModelGraph } from '../../../engine/graph/build-model-graph.ts';
import type { ExampleRecord } from '../../../engine/metrics/example-record.ts';
import type { Runtime } from '../../../engine/runtime/runtime-port.ts';
import { startTestEngine } from '../../fixtures/engine.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { gpt2Losses } from '../../fixtures/gpt2-forward.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const llama = fileURLToPath(new URL('../../fixtures/models/tiny-llama', import.meta.url));
const root = temporaryFolder('answers');

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

async function answers(
  folder: string,
  examples: readonly TaskExample[],
  options: { lengthNormalized?: boolean; rowsPerChunk?: number } = {},
): Promise<ExampleRecord[]> {
  const { value: checkpoint } = await openCheckpoint(nodeFiles, folder);
  const { lengthNormalized = false, rowsPerChunk = 128 } = options;
  const graph = buildModelGraph(checkpoint!, { maximumRows: 8, rowsPerChunk, top1: true });
  const session = await runtime.open(graph);
  const inputs = examples.map((example, id) => ({ id, example }));
  const losses = await evaluateExamples(session, graph, inputs, { lengthNormalized });
  await session.close();
  return losses.map(({ record }) => record);
}

test('choices of a trained Llama have the likelihoods that a float64 program computed', async () => {
  const file = JSON.parse(readFileSync(`${llama}/expected.json`, 'utf8'));
  const windows: { input_ids: number[]; nll: number[] }[] = file.windows;
  const cases = windows.slice(0, 3).flatMap(({ input_ids: ids, nll }) =>
    [5, 40].map((at) => ({
      // Shorter and longer parts of the same text: each has a likelihood of its own that is known.
      lengths: [4, 1, 7],
      promptIds: ids.slice(0, at),
      text: ids.slice(at),
      losses: nll.slice(at - 1),
    })),
  );
  const examples = cases.map(({ promptIds, text, lengths }) => ({
    kind: 'multiple_choice' as const,
    promptIds,
    answers: lengths.map((length) => text.slice(0, length)),
    right: 1,
    digest: 'd',
  }));
  for (const lengthNormalized of [false, true]) {
    const records = await answers(llama, examples, { lengthNormalized });
    for (const [i, { lengths, losses }] of cases.entries()) {
      const expected = lengths.map((length) => {
        const sum = losses.slice(0, length).reduce((total, loss) => total + loss, 0);
        return -sum / (lengthNormalized ? length : 1);
      });
      const best = expected.indexOf(Math.max(...expected));
      const record = records[i]!;
      expect(record).toMatchObject({ chosen: best, correct: best === 1 });
      if (record.kind !== 'multiple_choice') throw new Error('not a choice');
      for (const [j, score] of record.scores.entries())
        expect(Math.abs(score! - expected[j]!)).toBeLessThan(5e-4);
    }
  }
});

test('an exact answer is what a greedy decoder in float64 writes, token by token, in chunks or at once', async () => {
  const model = smallGpt2();
  const folder = `${root}/gpt2`;
  await writeSmallModel(nodeFiles, folder, model);
  const vocabulary = model.config.vocab_size as number;
  /** The token with the smallest loss behind some others. */
  const greedy = (ids: readonly number[]): number => {
    const losses = Array.from(
      { length: vocabulary },
      (_, token) => gpt2Losses(model, [...ids, token]).at(-1)!,
    );
    return losses.indexOf(Math.min(...losses));
  };
  const examples = [[1], [2, 3], [5, 0, 4]].flatMap((promptIds) => {
    const written: number[] = [];
    for (let i = 0; i < 4; i++) written.push(greedy([...promptIds, ...written]));
    const other = written.with(2, (written[2]! + 1) % vocabulary);
    return [written, other].map((answer) => ({
      kind: 'exact_match' as const,
      promptIds,
      answers: [answer],
      right: 0,
      digest: 'd',
    }));
  });
  const expected = examples.map(({ promptIds, answers: [answer = []] }) => {
    const isGreedy = answer.map((token, at) => token === greedy([...promptIds, ...answer.slice(0, at)]));
    return { matched: isGreedy.filter(Boolean).length, correct: isGreedy.every(Boolean) };
  });
  expect(expected.map(({ correct }) => correct)).toEqual([true, false, true, false, true, false]);
  const records = await answers(folder, examples);
  expect(records).toMatchObject(expected);
  // Three chunks of three rows, of which the last are short or empty.
  expect(await answers(folder, examples, { rowsPerChunk: 3 })).toEqual(records);
});

test('a model that scores all tokens alike writes the first of its vocabulary and chooses nothing', async () => {
  const model = smallGpt2();
  const tensors = new Map(
    [...model.tensors].map(([name, tensor]) => [name, { ...tensor, values: tensor.values.map(() => 0) }]),
  );
  const folder = `${root}/deaf`;
  await writeSmallModel(nodeFiles, folder, { ...model, tensors });
  const exact = { kind: 'exact_match', promptIds: [1], right: 0, digest: 'd' } as const;
  const records = await answers(folder, [
    { ...exact, answers: [[0, 0]] },
    { ...exact, answers: [[1]] },
    { ...exact, kind: 'multiple_choice', answers: [[1], [2]] },
  ]);
  expect(records.map(({ correct }) => correct)).toEqual([true, false, false]);
  expect(records[2]).toMatchObject({ chosen: null });
});

test('a graph that was not asked has no such output and no node for it', async () => {
  const { value: checkpoint } = await openCheckpoint(nodeFiles, llama);
  const [plain, asked] = [{}, { top1: true }].map((options) => buildModelGraph(checkpoint!, options));
  const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
  expect(text(plain!.model)).not.toMatch(/ArgMax|is_top1/u);
  expect(asked?.outputs).toEqual(['token_nll', 'is_top1']);
});
