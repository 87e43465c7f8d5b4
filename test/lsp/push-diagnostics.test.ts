import { afterAll, expect, test } from 'vitest';
import { LspClient } from './lsp-client.ts';

// A client that cannot pull, such as an older editor.
const client = new LspClient({});
afterAll(async () => {
  expect(client.log).toEqual([]);
  expect(await client.stop()).toBe(0);
});

test('a client that cannot pull gets diagnostics pushed, and cleared when the document closes', async () => {
  const { capabilities } = await client.initialized;
  expect(capabilities.diagnosticProvider).toBeUndefined();
  const uri = 'file:///project/run.invarlock.yaml';
  const opened = client.nextPush(uri);
  await client.open(uri, 'dataset:\n  sed: 42\n');
  expect((await opened).map(({ code }) => code)).toEqual(['C110']);
  const changed = client.nextPush(uri);
  const place = { line: 1, character: 4 };
  await client.change(uri, { start: place, end: place }, 'e');
  expect(await changed).toEqual([]);
  const changedBack = client.nextPush(uri);
  await client.change(uri, { start: { line: 1, character: 4 }, end: { line: 1, character: 5 } }, '');
  expect(await changedBack).toHaveLength(1);
  const closed = client.nextPush(uri);
  await client.close(uri);
  expect(await closed).toEqual([]);
});
