import { expect, test } from 'vitest';
import { folderStamp, openRunFolder } from '../../../engine/certify/run-folder.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const now = new Date(2026, 0, 2, 3, 4, 5);

test('the stamp is local time to the second', () => {
  expect(folderStamp(now)).toBe('20260102_030405');
});

test('a taken name gets _2, then _3', async () => {
  const files = new MemoryFiles({
    '/runs/20260102_030405/report.json': '{}',
    '/runs/20260102_030405_2/report.json': '{}',
  });
  expect((await openRunFolder(files, '/runs', now)).finalPath).toBe('/runs/20260102_030405_3');
});

test('nothing stands under the final name before finish, nothing at all after discard', async () => {
  const files = new MemoryFiles();
  const kept = await openRunFolder(files, '/runs', now);
  await files.writeAtomic(`${kept.workingPath}/report.json`, '{}');
  expect(await files.facts(kept.finalPath)).toBeUndefined();
  await kept.finish();
  expect(files.text('/runs/20260102_030405/report.json')).toBe('{}');
  const dropped = await openRunFolder(files, '/runs', now);
  await files.writeAtomic(`${dropped.workingPath}/report.json`, '{}');
  await dropped.discard();
  expect([...files.contents.keys()]).toEqual(['/runs/20260102_030405/report.json']);
});

test('two runs of the same second never share a folder', async () => {
  const files = new MemoryFiles();
  const [first, second] = [
    await openRunFolder(files, '/runs', now),
    await openRunFolder(files, '/runs', now),
  ];
  expect([first.workingPath === second.workingPath, first.finalPath, second.finalPath]).toEqual([
    false,
    '/runs/20260102_030405',
    '/runs/20260102_030405_2',
  ]);
});
