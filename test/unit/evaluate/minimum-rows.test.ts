import { expect, test } from 'vitest';
import { evaluateWindows } from '../../../engine/evaluate/evaluate-windows.ts';
import type { RuntimeSession } from '../../../engine/runtime/runtime-port.ts';

const graph = { loss: 'causal', contextLength: 16, vocabSize: 100 } as const;
const window = { id: 7, inputIds: [5, 6, 7, 8], attentionMask: [1, 1, 1, 1] };

/** Gives the loss i + 1 for row i, and remembers what it was fed. */
function recording(): { readonly session: RuntimeSession; readonly fed: Record<string, number[]>[] } {
  const fed: Record<string, number[]>[] = [];
  const session: RuntimeSession = {
    async run(feeds) {
      const values = Object.entries(feeds).map(([name, { data }]) => [
        name,
        [...new BigInt64Array(new Uint8Array(data).buffer)].map(Number),
      ]);
      fed.push(Object.fromEntries(values));
      const rows = fed.at(-1)?.positions?.length ?? 0;
      const losses = Float32Array.from({ length: rows }, (_, i) => i + 1);
      const output = { type: 'float32', dims: [rows], data: new Uint8Array(losses.buffer) } as const;
      return { outputs: { token_nll: output }, runMs: 1, rssBytes: 1 };
    },
    placement: () => undefined,
    close: async () => {},
  };
  return { session, fed };
}

test.each([
  ['no minimum', {}, [0, 1, 2], [6, 7, 8]],
  ['a minimum that is reached', { minimumRows: 3 }, [0, 1, 2], [6, 7, 8]],
  ['a minimum above', { minimumRows: 5 }, [0, 1, 2, 0, 0], [6, 7, 8, 6, 6]],
])('%s: rows are added and their losses dropped', async (_, minimum, positions, targets) => {
  const { session, fed } = recording();
  const [loss] = await evaluateWindows(session, { ...graph, ...minimum }, [window]);
  expect(fed).toEqual([{ input_ids: window.inputIds, positions, targets }]);
  expect([...(loss?.tokenLosses ?? [])]).toEqual([1, 2, 3]);
  expect([loss?.loss, loss?.targetCount]).toEqual([2, 3]);
});

test('a window without targets is not run, whatever the minimum', async () => {
  const { session, fed } = recording();
  const single = { ...window, inputIds: [5], attentionMask: [1] };
  const [loss] = await evaluateWindows(session, { ...graph, minimumRows: 5 }, [single]);
  expect([loss?.loss, fed]).toEqual([null, []]);
});
