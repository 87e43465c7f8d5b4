import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { evaluateWindows } from '../../../engine/evaluate/evaluate-windows.ts';
import { buildModelGraph, type ModelGraphOptions } from '../../../engine/graph/build-model-graph.ts';
import type { WireTensor } from '../../../engine/protocol/child-messages.ts';
import type { Runtime } from '../../../engine/runtime/runtime-port.ts';
import { smallLlama } from '../../fixtures/decoder-checkpoints.ts';
import { startTestEngine, tinyGpt2 } from '../../fixtures/engine.ts';
import { writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const vocabulary = 2048;
const ids = Array.from({ length: 40 }, (_, i) => (i * 53 + 7) % vocabulary);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

async function run(
  positions: readonly number[],
  targets: readonly number[],
  options: ModelGraphOptions,
): Promise<{ readonly losses: number[]; readonly logits: Float32Array | undefined }> {
  const { value: checkpoint } = await openCheckpoint(nodeFiles, tinyGpt2);
  const graph = buildModelGraph(checkpoint!, options);
  const session = await runtime.open(graph);
  const feeds = {
    input_ids: integers(ids, [1, ids.length]),
    positions: integers(positions, [positions.length]),
    targets: integers(targets, [targets.length]),
  };
  const { outputs } = await session.run(feeds, graph.outputs);
  await session.close();
  const floats = (tensor: WireTensor): Float32Array => new Float32Array(new Uint8Array(tensor.data).buffer);
  return {
    losses: [...floats(outputs.token_nll!)],
    logits: outputs.logits ? floats(outputs.logits) : undefined,
  };
}

function integers(values: readonly number[], dims: readonly number[]): WireTensor {
  return { type: 'int64', dims, data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

const some = [0, 3, 4, 9, 10, 11, 17, 20, 21, 33, 39];
const wanted = some.map((row) => (row * 101) % vocabulary);

/** Rows, chunk size: fewer rows than chunks, a multiple, a remainder, more rows than were expected. */
const shapes: [number, number][] = [
  [11, 4],
  [12, 4],
  [40, 4],
  [40, 11],
  [40, 64],
  [5, 2],
  [1, 1],
];

test.each(shapes)(
  'with %i rows expected and %i in a chunk, the losses are the same',
  async (maximumRows, rowsPerChunk) => {
    const whole = await run(some, wanted, { maximumRows: 40, rowsPerChunk: 40 });
    const { losses } = await run(some, wanted, { maximumRows, rowsPerChunk });
    expect(losses).toHaveLength(some.length);
    for (const [i, loss] of losses.entries()) expect(Math.abs(loss - whole.losses[i]!)).toBeLessThan(2e-6);
  },
);

test('positions choose the rows, in their order', async () => {
  const options = { maximumRows: 11, rowsPerChunk: 3 };
  const forward = await run(some, wanted, options);
  const backward = await run([...some].reverse(), [...wanted].reverse(), options);
  for (const [i, loss] of backward.losses.reverse().entries())
    expect(Math.abs(loss - forward.losses[i]!)).toBeLessThan(2e-6);
  expect(new Set(forward.losses).size).toBe(some.length);
});

test('logits leave when they are asked for, and the losses follow from them', async () => {
  const { losses, logits } = await run(some, wanted, { maximumRows: 40, rowsPerChunk: 4, logits: true });
  expect(logits).toHaveLength(some.length * vocabulary);
  for (const [i, loss] of losses.entries()) {
    const row = [...logits!.subarray(i * vocabulary, (i + 1) * vocabulary)];
    const largest = Math.max(...row);
    const sum = row.reduce((total, z) => total + Math.exp(z - largest), 0);
    expect(Math.abs(largest + Math.log(sum) - row[wanted[i]!]! - loss)).toBeLessThan(1e-5);
  }
  expect((await run(some, wanted, {})).logits).toBeUndefined();
});

test('memory grows with the rows of a chunk, not with all of them', async () => {
  const folder = temporaryFolder('head-memory');
  const length = 1024;
  const sizes = { vocab_size: 20_000, max_position_embeddings: length, num_hidden_layers: 1 };
  await writeSmallModel(nodeFiles, folder, smallLlama('llama', sizes));
  const { value: checkpoint } = await openCheckpoint(nodeFiles, folder);
  const inputIds = Array.from({ length }, (_, i) => (i * 391 + 5) % sizes.vocab_size);
  const window = { id: 0, inputIds, attentionMask: inputIds.map(() => 1) };
  const short = { id: 1, inputIds: [1, 2], attentionMask: [1, 1] };
  const grown = async (rowsPerChunk: number): Promise<number> => {
    const engine = await startTestEngine(1);
    const graph = buildModelGraph(checkpoint!, { maximumRows: length, rowsPerChunk });
    const [before, after] = await evaluateWindows(await engine.open(graph), graph, [short, window]);
    await engine.close();
    return after!.rssBytes - before!.rssBytes;
  };
  // [rows, vocabulary] alone are 82 MB for all rows and 5 MB for a chunk of 64.
  expect(await grown(64)).toBeLessThan((await grown(length)) / 2);
});
