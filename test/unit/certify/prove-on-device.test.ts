import { expect, test } from 'vitest';
import { proveOnDevice } from '../../../engine/certify/prove-on-device.ts';
import type { WindowInput } from '../../../engine/evaluate/scored-rows.ts';
import type { ModelGraph } from '../../../engine/graph/model-graph.ts';
import type { Runtime, RuntimeGraph, RuntimeSession } from '../../../engine/runtime/runtime-port.ts';

const graph = { loss: 'causal', contextLength: 64, vocabSize: 8, maximumThreads: 1 } as ModelGraph;
const windows = [3, 5, 4].map((length, id) => ({
  id,
  inputIds: Array.from({ length: 6 }, (_, i) => i),
  attentionMask: Array.from({ length: 6 }, (_, i) => Number(i < length)),
}));

/** A session that gives the same loss for every token, and notes how many tokens were fed. */
function session(loss: number, fed: number[]): RuntimeSession {
  return {
    async run(feeds) {
      const count = feeds.targets?.dims[0] ?? 0;
      fed.push(feeds.input_ids?.dims[1] ?? 0);
      const data = new Uint8Array(new Float32Array(count).fill(loss).buffer);
      return { outputs: { token_nll: { type: 'float32', dims: [count], data } }, runMs: 1, rssBytes: 1 };
    },
    placement: () => undefined,
    close: async () => {},
  };
}

async function prove(
  device: string,
  kind: 'onnx' | 'checkpoint',
  there: number,
  here: number,
  evaluated: readonly WindowInput[] = windows,
) {
  const fed = { there: [] as number[], here: [] as number[] };
  const opened: (RuntimeGraph['device'] | undefined)[] = [];
  const open = async (opening: RuntimeGraph) => {
    opened.push(opening.device);
    return session(here, fed.here);
  };
  const runtime = { facts: { device }, open, close: async () => {} } as unknown as Runtime;
  await proveOnDevice(runtime, { kind }, session(there, fed.there), graph, evaluated);
  return { fed, opened };
}

test('the longest window of an ONNX model is evaluated on the CPU too', async () => {
  const { fed, opened } = await prove('webgpu', 'onnx', 2, 2.005);
  expect(opened).toEqual([{ provider: 'cpu' }]);
  expect(fed).toEqual({ there: [5], here: [5] });
});

test('a longer window without targets proves nothing', async () => {
  const unscored = {
    id: 9,
    inputIds: [1, 2, 3, 4, 5, 6],
    attentionMask: [1, 1, 1, 1, 1, 1],
    labels: Array(6).fill(-100),
  };
  const { fed } = await prove('webgpu', 'onnx', 2, 2, [unscored, ...windows]);
  expect(fed.there).toEqual([5]);
  expect((await prove('webgpu', 'onnx', 2, 9, [unscored])).opened).toEqual([]);
});

test.each([3, Number.NaN])('losses that do not agree stop the run: %d instead of 2', async (there) => {
  await expect(prove('webgpu', 'onnx', there, 2)).rejects.toMatchObject({ code: 'R422' });
});

test.each([
  ['cpu', 'onnx'],
  ['webgpu', 'checkpoint'],
] as const)('on %s a model that is a %s needs no proof', async (device, kind) => {
  expect((await prove(device, kind, 1, 9)).opened).toEqual([]);
});
