import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { entry, safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('malformed-files');
const gigabyte = 2 ** 30;

interface Written {
  readonly start: Uint8Array | string;
  /** The rest is a hole, which takes no place on the disk. */
  readonly sizeBytes?: number;
}

/** A folder with these files, and how many bytes were read when it was opened. */
async function open(name: string, files: Readonly<Record<string, Written>>) {
  const folder = path.join(root, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'config.json'), '{"model_type":"x"}');
  for (const [file, { start, sizeBytes }] of Object.entries(files)) {
    const handle = openSync(path.join(folder, file), 'w');
    writeSync(handle, typeof start === 'string' ? Buffer.from(start) : start);
    if (sizeBytes !== undefined) ftruncateSync(handle, sizeBytes);
    closeSync(handle);
  }
  let readBytes = 0;
  const counted = <T extends { readonly length: number }>(bytes: T): T => {
    readBytes += bytes.length;
    return bytes;
  };
  const reader = {
    ...nodeFiles,
    readBytes: async (...[file, range]: Parameters<typeof nodeFiles.readBytes>) =>
      counted(await nodeFiles.readBytes(file, range)),
    async open(file: string) {
      const opened = await nodeFiles.open(file);
      return {
        ...opened,
        read: async (offset: number, length: number) => counted(await opened.read(offset, length)),
      };
    },
  };
  const { value, findings } = await openCheckpoint(reader, folder, { evaluable: false });
  return { value, codes: findings.map((finding) => finding.code), readBytes };
}

/** The eight bytes in front of a header. */
function length(bytes: bigint): Uint8Array {
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, bytes, true);
  return prefix;
}

const join = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts);
const text = (content: string): Uint8Array => Buffer.from(content);
const tensor = (end: number): string => JSON.stringify({ a: entry('U8', [end], 0, end) });

const weights: [string, Written, string[], number][] = [
  ['a header of zeros', { start: length(99_999_999n), sizeBytes: 2 * gigabyte }, ['M223'], 2000],
  ['a header one byte too large', { start: length(100_000_001n), sizeBytes: 2 * gigabyte }, ['M221'], 2000],
  [
    'a header that the file does not hold',
    { start: join(length(90_000_000n), text('{')), sizeBytes: 80_000_000 },
    ['M222'],
    2000,
  ],
  [
    'a terabyte that is not there',
    { start: safetensorsFile(tensor(2 ** 40)), sizeBytes: gigabyte },
    ['M234'],
    2000,
  ],
  ['a gigabyte too much', { start: safetensorsFile(tensor(4)), sizeBytes: gigabyte }, ['M235'], 2000],
  [
    'nesting without end',
    { start: safetensorsFile(`{"a":${'{"a":'.repeat(1_000_000)}`) },
    ['M225'],
    6_000_000,
  ],
  [
    'two million numbers',
    { start: safetensorsFile(`{"a":[${'1,'.repeat(2_000_000)}1]}`) },
    ['M225'],
    5_000_000,
  ],
  [
    'a number of a million digits',
    {
      start: safetensorsFile(
        `{"a":{"dtype":"U8","shape":[${'9'.repeat(1_000_000)}],"data_offsets":[0,1]}}`,
        1,
      ),
    },
    ['M228'],
    1_100_000,
  ],
  [
    'NaN',
    { start: safetensorsFile('{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}', 4) },
    ['M225'],
    2000,
  ],
  [
    'infinity',
    { start: safetensorsFile('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e999]}}', 4) },
    ['M228'],
    2000,
  ],
];

test.each(weights)('weights with %s are refused', async (name, written, codes, limit) => {
  const opened = await open(name, { 'model.safetensors': written });
  expect(opened.value).toBeUndefined();
  expect(opened.codes).toEqual(codes);
  expect(opened.readBytes).toBeLessThan(limit);
});

test('a file of a terabyte is opened by its header', async () => {
  const start = safetensorsFile(tensor(2 ** 40));
  const opened = await open('terabyte', {
    'model.safetensors': { start, sizeBytes: start.length + 2 ** 40 },
  });
  expect(opened.codes).toEqual([]);
  expect(opened.value?.parameterCount).toBe(2 ** 40);
  expect(opened.readBytes).toBeLessThan(2000);
});

const others: [string, string, Written, string, number][] = [
  [
    'an index of two gigabytes',
    'model.safetensors.index.json',
    { start: '{', sizeBytes: 2 * gigabyte },
    'M208',
    2000,
  ],
  ['a deep index', 'model.safetensors.index.json', { start: '['.repeat(1_000_000) }, 'M208', 1_002_000],
  [
    'an index with a number',
    'model.safetensors.index.json',
    { start: `{"weight_map":{"a":${'9'.repeat(400)}}}` },
    'M274',
    2000,
  ],
  ['a configuration of two gigabytes', 'config.json', { start: '{', sizeBytes: 2 * gigabyte }, 'M202', 2000],
  ['a deep configuration', 'config.json', { start: '{"a":'.repeat(1_000_000) }, 'M202', 5_002_000],
  [
    'a deep list in a configuration',
    'config.json',
    { start: `{"a":${'['.repeat(1_000_000)}` },
    'M202',
    1_002_000,
  ],
  [
    'a configuration with a key twice',
    'config.json',
    { start: '{"model_type":"x","model_type":"y"}' },
    'M202',
    2000,
  ],
  ['a configuration with NaN', 'config.json', { start: '{"model_type":"x","a":NaN}' }, 'M202', 2000],
];

test.each(others)('%s is refused', async (name, file, written, code, limit) => {
  const sound = { 'model.safetensors': { start: safetensorsFile(tensor(4), 4) } };
  const files = file === 'config.json' ? { ...sound, [file]: written } : { [file]: written };
  const opened = await open(name, files);
  expect(opened.value).toBeUndefined();
  expect(opened.codes).toEqual([code]);
  expect(opened.readBytes).toBeLessThan(limit);
});
