import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { applyEdit } from '../../../engine/edits/apply-edit.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('linked-model');
let count = 0;

/** A model folder of its own. */
async function model(): Promise<string> {
  const folder = path.join(root, String(++count), 'model');
  await writeSmallModel(nodeFiles, folder, smallGpt2());
  return folder;
}

async function edit(modelFolder: string, outFolder = path.join(path.dirname(modelFolder), 'out')) {
  const result = await applyEdit(nodeFiles, { kind: 'quant_rtn', modelFolder, outFolder });
  return { ...result, outFolder };
}

/** Moves files of the model to where a Hugging Face cache keeps them, and links them. */
function asCache(folder: string, blobs: string): string {
  const snapshot = path.join(path.dirname(folder), 'cache/snapshots/0123');
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(path.resolve(snapshot, blobs), { recursive: true });
  for (const name of readdirSync(folder)) {
    renameSync(path.join(folder, name), path.resolve(snapshot, blobs, `hash-${name}`));
    symlinkSync(path.join(blobs, `hash-${name}`), path.join(snapshot, name));
  }
  return snapshot;
}

const refused: [string, RegExp, (folder: string) => void][] = [
  [
    'a link out of the model',
    /chat_template\.jinja of .* is a link that leads out of the model folder/,
    (folder) => {
      writeFileSync(path.join(root, 'secret'), 'secret');
      symlinkSync(path.join(root, 'secret'), path.join(folder, 'chat_template.jinja'));
    },
  ],
  [
    'a link to a device',
    /leads out/,
    (folder) => symlinkSync('/dev/zero', path.join(folder, 'tokenizer.json')),
  ],
  [
    'a link that leads in a circle',
    /merges\.txt of .* cannot be read: ELOOP/,
    (folder) => symlinkSync('merges.txt', path.join(folder, 'merges.txt')),
  ],
  ['a folder', /vocab\.txt of .* is a folder/, (folder) => mkdirSync(path.join(folder, 'vocab.txt'))],
  [
    'a file that is too large',
    /tokenizer\.json of .* has 268435457 bytes; at most 268435456/,
    (folder) => {
      writeFileSync(path.join(folder, 'tokenizer.json'), '');
      truncateSync(path.join(folder, 'tokenizer.json'), 2 ** 28 + 1);
    },
  ],
];

test.each(refused)('%s is not copied', async (_, message, prepare) => {
  const folder = await model();
  prepare(folder);
  const { value, findings, outFolder } = await edit(folder);
  expect(value).toBeUndefined();
  expect(findings).toMatchObject([{ code: 'X609', message: expect.stringMatching(message) }]);
  expect(existsSync(outFolder)).toBe(false);
});

test('a link inside the model is followed', async () => {
  const folder = await model();
  writeFileSync(path.join(folder, 'template'), 'hello');
  symlinkSync('template', path.join(folder, 'chat_template.jinja'));
  const { findings, outFolder } = await edit(folder);
  expect(findings).toEqual([]);
  expect(readFileSync(path.join(outFolder, 'chat_template.jinja'), 'utf8')).toBe('hello');
});

test('a Hugging Face cache works: links into the blobs of the model', async () => {
  const snapshot = asCache(await model(), '../../blobs');
  const { value, findings, outFolder } = await edit(snapshot, path.join(root, 'from-cache'));
  expect(findings).toEqual([]);
  expect(value?.tensorCount).toBe(28);
  expect(readdirSync(outFolder)).toEqual(['config.json', 'edit.json', 'model.safetensors']);
});

test('blobs of another model are not those of this one', async () => {
  const snapshot = asCache(await model(), '../../../other/blobs');
  const { findings } = await edit(snapshot, path.join(root, 'from-other'));
  expect(findings.map((finding) => finding.code)).toEqual(['M270']);
});

test('an output that a link leads into the model is refused', async () => {
  const folder = await model();
  symlinkSync(folder, path.join(path.dirname(folder), 'alias'));
  const { findings } = await edit(folder, path.join(path.dirname(folder), 'alias/edited'));
  expect(findings.map((finding) => finding.code)).toEqual(['X611']);
  expect(readdirSync(folder)).toEqual(['config.json', 'model.safetensors']);
});
