import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeOnnxModel } from '../../../engine/artifacts/onnx/write-onnx-model.ts';
import { GraphBuilder } from '../../../engine/graph/graph-builder.ts';
import { startEngine } from '../../../engine/runtime/start-engine.ts';
import { residentBytes } from '../../../engine/runtime/watch-memory.ts';
import { childPath } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('memory-limit');

/** A model that asks for as many numbers as its input says: the largest of them. */
function bomb(): Uint8Array {
  const graph = new GraphBuilder();
  const shape = graph.input({ name: 'shape', type: 'I64', shape: [1] });
  const filled = graph.apply('ConstantOfShape', [shape]);
  const largest = graph.apply('ReduceMax', [graph.apply('Exp', [filled])], {
    keepdims: { kind: 'int', value: 1 },
  });
  graph.output(largest, { name: 'y', type: 'F32', shape: [1] });
  return writeOnnxModel(graph.finish('bomb'));
}

const shapeOf = (count: bigint) =>
  ({ shape: { type: 'int64', dims: [1], data: new Uint8Array(BigInt64Array.of(count).buffer) } }) as const;

test('a model that asks for more memory than the limit fails with a code, and no sooner', async () => {
  const runtime = await startEngine({ childPath, threads: 1, memoryLimitBytes: 256 << 20 });
  expect(runtime.facts.layers).toContain('memory_limit');
  const session = await runtime.open({ model: bomb(), weightsFolder: folder });
  const { outputs } = await session.run(shapeOf(1n << 20n), ['y']);
  expect([...new Float32Array(new Uint8Array(outputs.y!.data).buffer)]).toEqual([1]);
  // Four gibibytes, twice.
  await expect(session.run(shapeOf(1n << 30n), ['y'])).rejects.toMatchObject({
    code: 'R431',
    message: /while evaluating a window/u,
  });
  await runtime.close();
});

test('weights that stay in their file take nothing of the limit', async () => {
  const lengthBytes = 512 << 20;
  const file = path.join(folder, 'weights.bin');
  writeFileSync(file, '');
  // A hole: zeros that take no place on the disk.
  truncateSync(file, lengthBytes);
  const graph = new GraphBuilder();
  const shape = [1 << 20, lengthBytes / 4 / (1 << 20)];
  const facts = { kind: 'external', name: 'w', type: 'F32', location: 'weights.bin', offset: 0 } as const;
  const weight = graph.weight({ ...facts, shape, lengthBytes });
  const row = graph.gather(weight, graph.input({ name: 'shape', type: 'I64', shape: [1] }));
  graph.output(row, { name: 'y', type: 'F32', shape: [1, shape[1]!] });
  const model = writeOnnxModel(graph.finish('mapped'));
  const runtime = await startEngine({
    childPath,
    threads: 1,
    memoryLimitBytes: 64 << 20,
    mappedBytes: lengthBytes,
  });
  const session = await runtime.open({ model, weightsFolder: folder });
  const { outputs } = await session.run(shapeOf(7n), ['y']);
  expect(outputs.y!.data.length).toBe(4 * shape[1]!);
  await runtime.close();
});

test('where the kernel has no such limit, the process is watched and ended', async () => {
  // An accelerator's child is watched. This one never answers, so only the watch can end it.
  const silent = path.join(folder, 'silent.mjs');
  const ready =
    "process.send({ kind: 'ready', runtimeVersion: '0', nodeVersion: '0', backends: [], layers: {} });";
  writeFileSync(silent, `process.on('message', () => {});\n${ready}\n`);
  const device = { provider: 'webgpu' };
  const runtime = await startEngine({ childPath: silent, threads: 1, device, memoryLimitBytes: 1 << 20 });
  await expect(runtime.open({ model: bomb(), weightsFolder: folder })).rejects.toMatchObject({
    code: 'R431',
    message: /held \d+ MiB of memory; its limit is 1 MiB/u,
  });
  await runtime.close();
});

test('the system tells what a process holds', async () => {
  expect(await residentBytes(process.pid)).toBeGreaterThan(10 << 20);
  // No process has this number.
  expect(await residentBytes(2 ** 30)).toBeUndefined();
});
