import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import type { FloatDtype } from '../../../engine/artifacts/safetensors/read-tensor.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { evaluateWindows } from '../../../engine/evaluate/evaluate-windows.ts';
import { buildModelGraph } from '../../../engine/graph/build-model-graph.ts';
import { noHardening } from '../../../engine/runtime/hardening.ts';
import { type EngineOptions, startEngine } from '../../../engine/runtime/start-engine.ts';
import { childPath } from '../../fixtures/engine.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('bitwise');
const options = { vocab_size: 640, n_positions: 96, n_embd: 320, n_inner: 1280, n_head: 5 };
/** Full, short, and just beyond a chunk of the head. */
const lengths = [96, 7, 34];

async function losses(
  name: string,
  engine: Partial<EngineOptions>,
  measurePlacement = false,
): Promise<{ readonly bits: string; readonly threads: number }> {
  const { value: checkpoint } = await openCheckpoint(nodeFiles, path.join(folder, name));
  const graph = buildModelGraph(checkpoint!, { maximumRows: 96, rowsPerChunk: 32 });
  const threads = engine.threads ?? 1;
  const runtime = await startEngine({ childPath, ...engine, threads });
  const session = await runtime.open({ ...graph, measurePlacement });
  const windows = lengths.map((length, id) => ({
    id,
    inputIds: Array.from({ length }, (_, i) => (i * 37 + id) % 640),
    attentionMask: Array.from({ length }, () => 1),
  }));
  const evaluated = await evaluateWindows(session, graph, windows);
  await runtime.close();
  const bits = evaluated.map(({ tokenLosses }) => Buffer.from(tokenLosses.buffer).toString('hex')).join();
  return { bits, threads: Math.min(threads, graph.maximumThreads) };
}

test.each<FloatDtype>(['F32', 'F16', 'BF16'])(
  'losses of %s weights are equal in every bit: again, on two threads, with a profile, without layers, with a limit',
  async (dtype) => {
    await writeSmallModel(nodeFiles, path.join(folder, dtype), smallGpt2(options), dtype);
    const { bits: first } = await losses(dtype, {});
    expect(first.length).toBeGreaterThan(8 * 130);
    expect((await losses(dtype, {})).bits).toBe(first);
    const parallel = await losses(dtype, { threads: 2 });
    // Otherwise the comparison would be of one thread with itself.
    expect(parallel.threads).toBe(2);
    expect(parallel.bits).toBe(first);
    expect((await losses(dtype, {}, true)).bits).toBe(first);
    expect((await losses(dtype, { hardening: noHardening, memoryLimitBytes: 2 ** 30 })).bits).toBe(first);
  },
);
