import { expect, test } from 'vitest';
import { CancellationTokenSource, type Connection, LSPErrorCodes } from 'vscode-languageserver';
import { guardFor } from '../../../server/guard.ts';

function session() {
  const log: string[] = [];
  const connection = { console: { error: (message: string) => log.push(message) } };
  return {
    log,
    guarded: guardFor(connection as unknown as Connection),
    source: new CancellationTokenSource(),
  };
}

const cancelled = { code: LSPErrorCodes.RequestCancelled, message: 'hover was cancelled' };

test('a request that is cancelled before its turn is not run', async () => {
  const { guarded, source } = session();
  let ran = false;
  const answer = guarded('hover', null, source.token, () => {
    ran = true;
    return null;
  });
  source.cancel();
  expect(await answer).toMatchObject(cancelled);
  expect(ran).toBe(false);
});

test('a request that is cancelled while it runs gets no answer', async () => {
  const { guarded, source } = session();
  const answer = await guarded('hover', '', source.token, () => {
    source.cancel();
    return 'too late';
  });
  expect(answer).toMatchObject(cancelled);
});

test('work that throws is logged and answered with nothing', async () => {
  const { guarded, source, log } = session();
  const answer = await guarded('hover', 'nothing', source.token, () => {
    throw new Error('bad document');
  });
  expect(answer).toBe('nothing');
  expect(log).toEqual([expect.stringMatching(/^hover failed: Error: bad document/)]);
  expect(await guarded('hover', 'nothing', source.token, async () => 'fine')).toBe('fine');
});
