import { linkSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkWeightsUnchanged } from '../../../engine/artifacts/check-weights-unchanged.ts';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { entry, safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('weight-files');
const content = safetensorsFile({ a: entry('U8', [2], 0, 2) }, 2);

/** A model folder whose weights are put there by `place`. */
async function modelFolder(name: string, place: (file: string) => void | Promise<void>): Promise<string> {
  const folder = path.join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), '{"model_type":"x"}');
  await place(path.join(folder, 'model.safetensors'));
  return folder;
}

const elsewhere = path.join(root, 'elsewhere.safetensors');
writeFileSync(elsewhere, content);

const sockets = net.createServer();
afterAll(() => sockets.close());

const cases: [string, string[], (file: string) => void | Promise<void>][] = [
  ['plain', [], (file) => writeFileSync(file, content)],
  [
    'link-inside',
    [],
    (file) => {
      writeFileSync(`${file}.1`, content);
      symlinkSync(`${file}.1`, file);
    },
  ],
  ['link-outside', ['M270'], (file) => symlinkSync(elsewhere, file)],
  ['dangling', ['U703'], (file) => symlinkSync(`${file}.nothing`, file)],
  ['device', ['M270'], (file) => symlinkSync('/dev/zero', file)],
  ['socket', ['M272'], (file) => new Promise((done) => sockets.listen(file, done))],
  [
    'hard-link',
    ['M271'],
    (file) => {
      writeFileSync(`${file}.1`, content);
      linkSync(`${file}.1`, file);
    },
  ],
  [
    'cache/snapshots/0123',
    [],
    (file) => {
      mkdirSync(path.join(root, 'cache/blobs'));
      writeFileSync(path.join(root, 'cache/blobs/abc'), content);
      symlinkSync('../../blobs/abc', file);
    },
  ],
];

test.each(cases)('weights that are a %s give %j', async (name, codes, place) => {
  const folder = await modelFolder(name, place);
  const { value, findings } = await openCheckpoint(nodeFiles, folder, { evaluable: false });
  expect(findings.map((finding) => finding.code)).toEqual(codes);
  expect(value !== undefined).toBe(findings.every((finding) => finding.severity !== 'error'));
});

test('a link that takes the place of a checked file is not followed', async () => {
  const folder = await modelFolder('exchanged', (file) => writeFileSync(file, content));
  const files = {
    ...nodeFiles,
    async open(file: string) {
      renameSync(file, `${file}.away`);
      symlinkSync(elsewhere, file);
      return nodeFiles.open(file);
    },
  };
  const { findings } = await openCheckpoint(files, folder, { evaluable: false });
  expect(findings.map((finding) => finding.code)).toEqual(['M273']);
});

const changes: [string, (file: string) => void][] = [
  ['written to', (file) => writeFileSync(file, content)],
  ['grown', (file) => writeFileSync(file, 'more', { flag: 'a' })],
  ['touched', (file) => utimesSync(file, 1, 1)],
  ['removed', (file) => renameSync(file, `${file}.away`)],
  [
    'replaced',
    (file) => {
      writeFileSync(`${file}.new`, content);
      renameSync(`${file}.new`, file);
    },
  ],
];

test.each(changes)('a file that is %s after its header was read stops the run', async (name, change) => {
  const folder = await modelFolder(`changed-${name}`, (file) => {
    writeFileSync(file, content);
    // A clock that is too coarse to tell two writes apart must not decide.
    utimesSync(file, 1000, 1000);
  });
  const { value } = await openCheckpoint(nodeFiles, folder, { evaluable: false });
  await checkWeightsUnchanged(nodeFiles, value!.identities);
  change(value!.weightFiles[0]!);
  await expect(checkWeightsUnchanged(nodeFiles, value!.identities)).rejects.toMatchObject({ code: 'M273' });
});
