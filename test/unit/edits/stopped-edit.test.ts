import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { applyEdit } from '../../../engine/edits/apply-edit.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('stopped-edit');
const quantize = { kind: 'quant_rtn', modelFolder: '/m', outFolder: '/out' };

/** Calls `then` before the n-th piece of the weights is written. */
async function interrupted(at: number, then: () => void): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', smallGpt2());
  const append = files.append.bind(files);
  let appended = 0;
  files.append = async (file, content) => {
    if (++appended === at) then();
    await append(file, content);
  };
  return files;
}

// The header is the first piece, 28 tensors follow.
test.each([1, 5, 28, 29])('an edit that is cancelled at piece %i leaves nothing behind', async (at) => {
  const cancel = new AbortController();
  const files = await interrupted(at, () => cancel.abort());
  const before = new Map(files.contents);
  const edit = applyEdit(files, quantize, { cancelled: cancel.signal });
  await expect(edit).rejects.toMatchObject({
    code: 'U707',
    message: 'The edit was cancelled; nothing was written.',
  });
  expect(files.contents).toEqual(before);
});

test('an edit that is cancelled before it starts reads no weights', async () => {
  const files = await interrupted(0, () => undefined);
  const edit = applyEdit(files, quantize, { cancelled: AbortSignal.abort() });
  await expect(edit).rejects.toMatchObject({ code: 'U707' });
});

test.each([
  ['c.yaml/x', 'a part of the path is a file, not a folder'],
  ['dangling/x', 'something of that name is there already'],
])('an edit into %s says why it failed', async (name, reason) => {
  const modelFolder = `${root}/${name}-model`.replace('/x-', '-');
  await writeSmallModel(nodeFiles, modelFolder, smallGpt2());
  if (!existsSync(`${root}/c.yaml`)) {
    writeFileSync(`${root}/c.yaml`, '');
    symlinkSync(`${root}/nowhere`, `${root}/dangling`);
  }
  const outFolder = `${root}/${name}`;
  const before = readdirSync(root);
  await expect(applyEdit(nodeFiles, { ...quantize, modelFolder, outFolder })).rejects.toMatchObject({
    code: 'U705',
    message: `${outFolder} could not be written: ${reason}.`,
  });
  expect(readdirSync(root)).toEqual(before);
});

test('an output folder that cannot be looked at is a failed write', async () => {
  const files = new MemoryFiles();
  files.facts = async () => {
    throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  };
  await expect(applyEdit(files, quantize)).rejects.toMatchObject({
    code: 'U705',
    message: '/out could not be written: access is denied.',
  });
});
