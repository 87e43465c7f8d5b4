import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('node-files');
const at = (...names: string[]) => path.join(root, ...names);

test('createFolder makes every level, and is content with what is there', async () => {
  await nodeFiles.createFolder(at('a/b/c'));
  await nodeFiles.createFolder(at('a/b/c'));
  await nodeFiles.createFolder(at('a/d'));
  expect(['a/b/c', 'a/d'].map((name) => statSync(at(name)).isDirectory())).toEqual([true, true]);
});

test('two that make the same folder at once both succeed', async () => {
  await Promise.all([nodeFiles.createFolder(at('both/x/y')), nodeFiles.createFolder(at('both/x/z'))]);
  expect(await nodeFiles.list(at('both/x'))).toEqual(['y', 'z']);
});

test('createFolder stops at a file, and at a link into nothing', async () => {
  writeFileSync(at('file'), 'x');
  symlinkSync(at('nowhere'), at('dangling'));
  await expect(nodeFiles.createFolder(at('file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(nodeFiles.createFolder(at('file/x/y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(nodeFiles.createFolder(at('dangling/x'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(nodeFiles.writeAtomic(at('file/x/y'), 'x')).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test('a failure on the way removes the levels that were made', async () => {
  const tooLong = 'n'.repeat(300);
  await expect(nodeFiles.createFolder(at('made/deep', tooLong, 'x'))).rejects.toMatchObject({
    code: 'ENAMETOOLONG',
  });
  expect(existsSync(at('made'))).toBe(false);
});

// A recursive mkdir of the platform never returns here.
test('createFolder stops on a file system that refuses folders', async () => {
  await expect(nodeFiles.createFolder('/proc/x/y')).rejects.toMatchObject({ code: expect.any(String) });
  await expect(nodeFiles.writeAtomic('/proc/x/y/z', 'x')).rejects.toMatchObject({ code: expect.any(String) });
});

test('writeAtomic makes the folders it needs; remove is silent where nothing is', async () => {
  await nodeFiles.writeAtomic(at('new/folder/a.txt'), 'text');
  expect(readFileSync(at('new/folder/a.txt'), 'utf8')).toBe('text');
  await nodeFiles.remove(at('new'));
  await nodeFiles.remove(at('new'));
  writeFileSync(at('plain'), 'x');
  await nodeFiles.remove(at('plain/x'));
  expect(existsSync(at('plain'))).toBe(true);
});
