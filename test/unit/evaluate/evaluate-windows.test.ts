import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { evaluateWindows } from '../../../engine/evaluate/evaluate-windows.ts';
import type { WindowInput } from '../../../engine/evaluate/scored-rows.ts';
import { buildModelGraph } from '../../../engine/graph/build-model-graph.ts';
import type { ModelGraph } from '../../../engine/graph/model-graph.ts';
import type { Runtime, RuntimeSession } from '../../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../../fixtures/engine.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

interface ExpectedWindow {
  readonly input_ids: number[];
  readonly nll: number[];
  readonly mean_nll: number;
}

const expected = (
  JSON.parse(readFileSync(`${tinyGpt2}/expected.json`, 'utf8')) as { windows: ExpectedWindow[] }
).windows;
const windows: WindowInput[] = expected.map((window, id) => ({
  id,
  inputIds: window.input_ids,
  attentionMask: window.input_ids.map(() => 1),
}));

let runtime: Runtime;
let graph: ModelGraph;
let session: RuntimeSession;

beforeAll(async () => {
  runtime = await startTestEngine(1);
  const { value: checkpoint } = await openCheckpoint(nodeFiles, tinyGpt2);
  graph = buildModelGraph(checkpoint!);
  session = await runtime.open(graph);
});
afterAll(() => runtime.close());

test('every loss of a trained model is within 1e-4 of the float64 reference', async () => {
  const losses = await evaluateWindows(session, graph, windows);
  for (const [i, window] of expected.entries()) {
    expect(losses[i]?.targetCount).toBe(window.nll.length);
    for (const [j, nll] of window.nll.entries())
      expect(Math.abs(losses[i]!.tokenLosses[j]! - nll)).toBeLessThan(1e-4);
    expect(Math.abs(losses[i]!.loss! - window.mean_nll)).toBeLessThan(1e-5);
  }
});

const bits = (losses: readonly { readonly tokenLosses: Float32Array }[]): string =>
  createHash('sha256')
    .update(Buffer.concat(losses.map((loss) => Buffer.from(loss.tokenLosses.buffer))))
    .digest('hex');

test('losses are equal bit for bit on a second run and on another number of threads', async () => {
  const once = bits(await evaluateWindows(session, graph, windows));
  expect(bits(await evaluateWindows(session, graph, windows))).toBe(once);
  const other = await startTestEngine(2);
  try {
    expect(bits(await evaluateWindows(await other.open(graph), graph, windows))).toBe(once);
  } finally {
    await other.close();
  }
});

test('a model that is wide enough for several threads gives equal bits on all of them', async () => {
  const folder = temporaryFolder('threads');
  await writeSmallModel(
    nodeFiles,
    folder,
    smallGpt2({ vocab_size: 300, n_positions: 240, n_embd: 240, n_inner: 960, initializer_range: 0.02 }),
  );
  const { value: checkpoint } = await openCheckpoint(nodeFiles, folder);
  const wide = buildModelGraph(checkpoint!);
  expect(wide.maximumThreads).toBe(9);
  const lengths = [2, 17, 64, 127, 128, 129, 240];
  const inputs = lengths.map((length, id): WindowInput => {
    const inputIds = Array.from({ length }, (_, i) => (i * 37 + 11) % 300);
    return { id, inputIds, attentionMask: inputIds.map(() => 1) };
  });
  const results: string[] = [];
  for (const threads of [1, 2, 3, 4]) {
    const engine = await startTestEngine(threads);
    results.push(bits(await evaluateWindows(await engine.open(wide), wide, inputs)));
    await engine.close();
  }
  expect(new Set(results).size).toBe(1);
});

test('padding on the right changes nothing', async () => {
  const [window] = windows.slice(5, 6);
  const padded: WindowInput = {
    id: window!.id,
    inputIds: [...window!.inputIds, 0, 0, 7],
    attentionMask: [...window!.attentionMask, 0, 0, 0],
  };
  const [plain, other] = await evaluateWindows(session, graph, [window!, padded]);
  expect(other?.tokenLosses).toEqual(plain?.tokenLosses);
  expect(other?.loss).toBe(plain?.loss);
});

test('a window without a target has no loss and does not run', async () => {
  const empty: WindowInput[] = [
    { id: 3, inputIds: [5, 0], attentionMask: [1, 0] },
    { id: 4, inputIds: [0], attentionMask: [0] },
  ];
  for (const loss of await evaluateWindows(session, graph, empty)) {
    expect(loss).toMatchObject({ loss: null, targetCount: 0 });
  }
});

test('progress comes after every window, in order', async () => {
  const seen: number[] = [];
  await evaluateWindows(session, graph, windows.slice(4, 7), (loss, index) => seen.push(loss.id, index));
  expect(seen).toEqual([4, 0, 5, 1, 6, 2]);
});

const unusable: [string, WindowInput][] = [
  ['padding on the left', { id: 0, inputIds: [0, 5, 6], attentionMask: [0, 1, 1] }],
  ['a mask of another length', { id: 0, inputIds: [5, 6], attentionMask: [1] }],
  [
    'more tokens than the context',
    { id: 0, inputIds: Array(257).fill(1), attentionMask: Array(257).fill(1) },
  ],
  ['a token outside the vocabulary', { id: 0, inputIds: [5, 2048], attentionMask: [1, 1] }],
  ['a negative token', { id: 0, inputIds: [-1, 3], attentionMask: [1, 1] }],
];

test.each(unusable)('%s is refused before it runs', async (_, window) => {
  await expect(evaluateWindows(session, graph, [window])).rejects.toMatchObject({ code: 'R410' });
});

describe('with a fake session', () => {
  const fake = (values: readonly number[]): RuntimeSession => ({
    run: async () => ({
      outputs: {
        token_nll: {
          type: 'float32',
          dims: [values.length],
          data: new Uint8Array(Float32Array.from(values).buffer),
        },
      },
      runMs: 1,
      rssBytes: 2,
    }),
    placement: () => undefined,
    close: async () => {},
  });
  const three: WindowInput = { id: 9, inputIds: [1, 2, 3], attentionMask: [1, 1, 1] };

  test.each([
    [[1, 2], 1.5],
    [[Number.NaN, 2], null],
    [[Number.POSITIVE_INFINITY, 2], null],
  ])('losses %j have the mean %j', async (values, loss) => {
    expect((await evaluateWindows(fake(values), graph, [three]))[0]?.loss).toBe(loss);
  });

  test('another number of losses than targets is an error', async () => {
    await expect(evaluateWindows(fake([1]), graph, [three])).rejects.toMatchObject({ code: 'R411' });
  });
});
