import { expect, test } from 'vitest';
import type { TaskExample } from '../../../engine/data/data-types.ts';
import { evaluateExamples } from '../../../engine/evaluate/evaluate-examples.ts';
import type { RuntimeSession } from '../../../engine/runtime/runtime-port.ts';

const graph = { loss: 'causal', contextLength: 8, vocabSize: 100 } as const;

/** A token costs its id in nats and is a greedy decoder's choice when that is even; 99 has no finite loss. */
function session(fed: Record<string, number[]>[] = []): RuntimeSession {
  return {
    async run(feeds, outputs) {
      const read = Object.entries(feeds).map(([name, { data }]) => [
        name,
        [...new BigInt64Array(new Uint8Array(data).buffer)].map(Number),
      ]);
      fed.push(Object.fromEntries(read));
      const targets = fed.at(-1)?.targets ?? [];
      const values: Record<string, number[]> = {
        token_nll: targets.map((id) => (id === 99 ? Number.NaN : id)),
        is_top1: targets.map((id) => (id % 2 === 0 ? 1 : 0)),
      };
      const tensor = (name: string) => {
        const data = new Uint8Array(Float32Array.from(values[name] ?? []).buffer);
        return [name, { type: 'float32', dims: [targets.length], data }] as const;
      };
      return { outputs: Object.fromEntries(outputs.map(tensor)), runMs: 2, rssBytes: 5 };
    },
    placement: () => undefined,
    close: async () => {},
  };
}

function choice(answers: number[][], right = 0): TaskExample {
  return { kind: 'multiple_choice', promptIds: [7, 8], answers, right, digest: 'd' };
}

function exact(answer: number[]): TaskExample {
  return { kind: 'exact_match', promptIds: [7, 8], answers: [answer], right: 0, digest: 'd' };
}

async function record(example: TaskExample, lengthNormalized = false) {
  const [loss] = await evaluateExamples(session(), graph, [{ id: 3, example }], { lengthNormalized });
  return loss!;
}

test.each<[string, TaskExample, boolean, object]>([
  ['the likeliest is chosen', choice([[4, 4], [9]]), false, { scores: [-8, -9], chosen: 0, correct: true }],
  ['though it is wrong', choice([[4, 4], [9]], 1), false, { chosen: 0, correct: false }],
  ['by the mean per token', choice([[4, 6], [5]]), true, { scores: [-5, -5], chosen: null }],
  ['a tie is wrong', choice([[4, 4], [8]]), false, { chosen: null, correct: false }],
  ['a score that is not finite', choice([[99], [8]]), false, { scores: [null, -8], correct: null }],
  ['a right answer', exact([2, 4]), false, { tokens: 2, matched: 2, correct: true }],
  ['a wrong token', exact([2, 5, 6]), false, { tokens: 3, matched: 2, correct: false }],
  ['one that is not finite', exact([2, 99]), false, { matched: null, correct: null }],
])('%s', async (_, example, isNormalized, expected) => {
  const loss = await record(example, isNormalized);
  expect(loss.record).toMatchObject({ kind: example.kind, digest: 'd', ...expected });
});

test('the loss is that of the right answer, the time that of all choices', async () => {
  const loss = await record(choice([[4], [5, 6], [9]], 1));
  expect(loss).toMatchObject({ id: 3, loss: 5.5, targetCount: 2, runMs: 6, rssBytes: 5 });
  expect([...loss.tokenLosses]).toEqual([5, 6]);
});

test('a causal model reads the answer behind the prompt, one run per choice', async () => {
  const fed: Record<string, number[]>[] = [];
  await evaluateExamples(session(fed), graph, [{ id: 0, example: choice([[4, 5], [9]]) }], {
    lengthNormalized: false,
  });
  expect(fed).toEqual([
    { input_ids: [7, 8, 4, 5], positions: [1, 2], targets: [4, 5] },
    { input_ids: [7, 8, 9], positions: [1], targets: [9] },
  ]);
});

test('a sequence-to-sequence model writes it', async () => {
  const fed: Record<string, number[]>[] = [];
  const seq2seq = { ...graph, loss: 'seq2seq', decoderStartId: 50 } as const;
  await evaluateExamples(session(fed), seq2seq, [{ id: 0, example: exact([4, 5, 6]) }], {
    lengthNormalized: false,
  });
  const decoder = { decoder_input_ids: [50, 4, 5], positions: [0, 1, 2], targets: [4, 5, 6] };
  expect(fed).toEqual([{ input_ids: [7, 8], ...decoder }]);
});

test.each<[string, TaskExample, RegExp]>([
  ['too long', exact([1, 2, 3, 4, 5, 6, 7]), /9 tokens, but the model reads at most 8/],
  ['of another vocabulary', exact([100]), /token id 100/],
])('an example that is %s stops the run', async (_, example, message) => {
  await expect(record(example)).rejects.toThrow(message);
});
