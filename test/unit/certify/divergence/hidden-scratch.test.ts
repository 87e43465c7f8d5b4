import { expect, test } from 'vitest';
import { openHiddenScratch } from '../../../../engine/certify/divergence/hidden-scratch.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const file = '/run/scratch';
const windows = [3, 5, 2, 7, 1].map((length, id) => ({ id, rows: new Uint8Array(length).fill(id + 1) }));

test.each([
  ['every window a block of its own', 1, 18],
  ['blocks of several windows, the last one in memory', 6, 17],
  ['all in memory', 1000, undefined],
])('%s', async (_, blockBytes, onDisk) => {
  const files = new MemoryFiles({ [file]: 'left behind by a run that was killed' });
  const scratch = openHiddenScratch(files, file, blockBytes);
  for (const { id, rows } of windows) await scratch.store(id, rows);
  for (const { id, rows } of windows) expect([...((await scratch.read(id)) ?? [])]).toEqual([...rows]);
  expect(await scratch.read(9)).toBeUndefined();
  if (onDisk !== undefined) expect(files.contents.get(file)?.byteLength).toBe(onDisk);
  await scratch.close();
  expect(files.contents.size).toBe(0);
});

test('a write that fails is told with the next window', async () => {
  const full = new MemoryFiles();
  full.append = () => Promise.reject(new Error('no space'));
  const scratch = openHiddenScratch(full, file, 4);
  await scratch.store(0, new Uint8Array(4));
  await expect(scratch.read(0)).rejects.toThrow('no space');
  await expect(scratch.store(1, new Uint8Array(4))).rejects.toThrow('no space');
  await scratch.close();
});
