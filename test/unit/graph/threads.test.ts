import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { evaluateWindows } from '../../../engine/evaluate/evaluate-windows.ts';
import { buildModelGraph } from '../../../engine/graph/build-model-graph.ts';
import { GraphBuilder } from '../../../engine/graph/graph-builder.ts';
import { limitAttentionThreads, threadsForColumns } from '../../../engine/graph/stable-linear.ts';
import type { Runtime } from '../../../engine/runtime/runtime-port.ts';
import { smallLlama } from '../../fixtures/decoder-checkpoints.ts';
import { startTestEngine } from '../../fixtures/engine.ts';
import { writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('thread-counts');
const engines = new Map<number, Promise<Runtime>>();

function engine(threads: number): Promise<Runtime> {
  const started = engines.get(threads) ?? startTestEngine(threads);
  engines.set(threads, started);
  return started;
}
afterAll(async () => {
  for (const started of engines.values()) await (await started).close();
});

/** Windows with fewer rows than every matrix has columns, with more, and with one scored row. */
const lengths = [2, 17, 64, 127, 140];
const common = { num_hidden_layers: 1, vocab_size: 400, max_position_embeddings: 160 };

/** One layer each, as wide as in the models they are named after, and how many threads may share their products. */
const widths: [string, string, Record<string, unknown>, number][] = [
  [
    'Qwen2 0.5B: keys and values of 128 columns',
    'qwen2',
    {
      hidden_size: 896,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      head_dim: 64,
      intermediate_size: 320,
    },
    4,
  ],
  [
    'SmolLM 135M: keys and values of 192 columns',
    'llama',
    {
      hidden_size: 576,
      num_attention_heads: 9,
      num_key_value_heads: 3,
      head_dim: 64,
      intermediate_size: 320,
    },
    4,
  ],
  [
    'Gemma 3 270M: one wide head of keys and values',
    'gemma3_text',
    {
      hidden_size: 640,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      head_dim: 256,
      intermediate_size: 320,
    },
    4,
  ],
  [
    'a model that is narrow everywhere',
    'llama',
    {
      hidden_size: 136,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      head_dim: 68,
      intermediate_size: 352,
      vocab_size: 200,
    },
    4,
  ],
];

test.each(widths)('%s', async (name, type, sizes, mostThreads) => {
  const folder = `${root}/${name.replaceAll(/\W/g, '')}`;
  await writeSmallModel(nodeFiles, folder, smallLlama(type, { ...common, ...sizes }));
  const { value: checkpoint } = await openCheckpoint(nodeFiles, folder);
  const graph = buildModelGraph(checkpoint!);
  expect(graph.maximumThreads).toBe(mostThreads);
  const windows = lengths.map((length, id) => {
    const inputIds = Array.from({ length }, (_, i) => (i * 37 + 11 * id) % 200);
    return { id, inputIds, attentionMask: inputIds.map(() => 1) };
  });
  const digests: string[] = [];
  for (const threads of [1, 1, 2, 3, 4]) {
    const session = await (await engine(threads)).open(graph);
    const losses = await evaluateWindows(session, graph, windows);
    const bytes = losses.map(({ tokenLosses }) => Buffer.from(tokenLosses.buffer));
    digests.push(createHash('sha256').update(Buffer.concat(bytes)).digest('hex'));
    await session.close();
  }
  expect(new Set(digests).size).toBe(1);
});

test.each([
  [1, 1],
  [144, 1],
  [145, 2],
  [320, 4],
  [896, 11],
  [151936, 1899],
])('%i columns are shared by at most %i threads', (columns, threads) => {
  expect(threadsForColumns(columns)).toBe(threads);
});

test.each([
  [12, 64, true, 1024],
  [4, 256, true, 12],
  [8, 64, false, 8],
  [2, 256, false, 6],
])('%i heads of %i elements, in one sequence: %j', (heads, headSize, isOneSequence, threads) => {
  const graph = new GraphBuilder();
  limitAttentionThreads(graph, heads, headSize, isOneSequence);
  expect(graph.maximumThreads).toBe(threads);
});
