import { expect, test } from 'vitest';
import { evaluateWindows } from '../../../engine/evaluate/evaluate-windows.ts';
import type { RuntimeSession } from '../../../engine/runtime/runtime-port.ts';

const graph = { loss: 'causal', contextLength: 8, vocabSize: 64 } as const;
const windows = [0, 1, 2, 3].map((id) => ({ id, inputIds: [id, 1, 2], attentionMask: [1, 1, 1] }));

/** Answers in order, like the engine child, and writes down when a window was sent and when it was answered. */
function session(log: string[], runMs: number, failing = -1): RuntimeSession {
  let queue = Promise.resolve();
  const firstId = (data: Uint8Array | undefined) => data?.[0] ?? 0;
  return {
    run(feeds) {
      const id = firstId(feeds.input_ids?.data);
      log.push(`sent ${id}`);
      const answer = queue.then(() => {
        log.push(`ran ${id}`);
        if (id === failing) throw new Error(`window ${id} failed`);
        const data = new Uint8Array(Float32Array.of(id, id).buffer);
        const losses = { type: 'float32', dims: [2], data } as const;
        return {
          outputs: { token_nll: losses, hidden_rows: { ...losses, dims: [2, 1] } },
          runMs,
          rssBytes: 1,
        };
      });
      queue = answer.then(
        () => {},
        () => {},
      );
      return answer;
    },
    placement: () => undefined,
    close: async () => {},
  };
}

test('a quick window is sent while the one before it runs; the first runs alone', async () => {
  const log: string[] = [];
  const seen: number[] = [];
  const losses = await evaluateWindows(session(log, 3), graph, windows, ({ id }) => seen.push(id));
  expect(losses.map(({ loss }) => loss)).toEqual([0, 1, 2, 3]);
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(log.slice(0, 5)).toEqual(['sent 0', 'ran 0', 'sent 1', 'sent 2', 'ran 1']);
});

test('long windows are sent one by one', async () => {
  const log: string[] = [];
  await evaluateWindows(session(log, 5000), graph, windows);
  expect(log).toEqual(windows.flatMap(({ id }) => [`sent ${id}`, `ran ${id}`]));
});

test('a window that fails ends the evaluation with its own failure', async () => {
  await expect(evaluateWindows(session([], 3, 2), graph, windows)).rejects.toThrow('window 2 failed');
});

test.each([
  ['quick windows run on while hidden states are taken', 3, 4],
  ['long windows wait until they are taken', 5000, 2],
])('%s', async (_, runMs, sent) => {
  const log: string[] = [];
  const taken: number[] = [];
  let allow = (): void => {};
  const allowed = new Promise<void>((resolve) => {
    allow = resolve;
  });
  const sink = {
    wants: () => true,
    async take({ id }: { readonly id: number }) {
      if (id === 1) await allowed;
      taken.push(id);
    },
  };
  const running = evaluateWindows(session(log, runMs), graph, windows, () => {}, sink);
  await new Promise((resolve) => setImmediate(resolve));
  // Window 1 is not taken yet.
  expect(log.filter((line) => line.startsWith('sent')).length).toBe(sent);
  allow();
  await running;
  expect(taken).toEqual([0, 1, 2, 3]);
});
