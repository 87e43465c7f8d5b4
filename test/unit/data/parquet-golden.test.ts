import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataLimits } from '../../../engine/data/formats/data-item.ts';
import { readRows } from '../../../engine/data/formats/read-rows.ts';
import { allItems } from '../../fixtures/all-items.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

// Files that pyarrow 25 wrote; the rows are made here by the rule that made them there.
const folder = path.resolve(import.meta.dirname, '../../golden/parquet');
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(folder, name)));

async function read(bytes: Uint8Array, columns?: readonly string[], limits = dataLimits) {
  const items = await allItems(
    readRows(new MemoryFiles({ '/a.parquet': bytes }), '/a.parquet', {
      ...(columns ? { columns } : {}),
      limits,
    }),
  );
  return items.map((item) =>
    item.kind === 'row' ? item.row : item.kind === 'failed' ? item.finding.message : item,
  );
}

const numbers = Array.from({ length: 12 }, (_, i) => i);
const texts = numbers.map((i) => (i === 3 ? null : `text ${i} é你`));

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli'])(
  'pages of the first version, packed with %s',
  async (codec) => {
    expect(await read(bytesOf(`version-1-${codec}.parquet`))).toEqual(
      numbers.map((i) => ({
        text: texts[i],
        id: BigInt(i),
        ok: i % 3 === 0,
        kind: ['a', 'b', null][i % 3],
        choices: i === 5 ? undefined : numbers.slice(0, i % 4).map((j) => `c${i}.${j}`),
        translation: { de: `d${i}`, en: `e${i}` },
      })),
    );
  },
);

test('pages of the second version', async () => {
  const rows = await read(bytesOf('version-2-snappy.parquet'), ['text', 'choices', 'nothing']);
  expect(rows).toEqual(
    numbers.map((i) => ({
      text: texts[i],
      choices: i === 5 ? undefined : numbers.slice(0, i % 4).map((j) => `c${i}.${j}`),
    })),
  );
});

test.each(['plain-zstd', 'delta-lengths'])('another encoding: %s', async (name) => {
  expect(await read(bytesOf(`${name}.parquet`))).toEqual(texts.map((text) => ({ text })));
});

test.each<[string, readonly unknown[]]>([
  ['empty', []],
  ['binary', [{ text: 'one' }, expect.objectContaining({ problem: 'not valid UTF-8' }), { text: 'two' }]],
  [
    'version-1-lz4',
    [expect.stringContaining('packed with LZ4_RAW, which is not read; write it with snappy, gzip or zstd')],
  ],
  ['delta-texts', [expect.stringContaining('the encoding DELTA_BYTE_ARRAY, which is not read')]],
])('%s', async (name, expected) => {
  expect(await read(bytesOf(`${name}.parquet`))).toEqual(expected);
});

test('a column that is not there is told once', async () => {
  expect(await read(bytesOf('plain-zstd.parquet'), ['txt'])).toEqual([{}]);
});

test.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
  ['cut off', (bytes) => bytes.subarray(0, bytes.length - 20), 'its footer is missing'],
  [
    'without a middle',
    (bytes) => new Uint8Array(Buffer.concat([bytes.subarray(0, 4), bytes.subarray(400)])),
    'cannot be read',
  ],
  [
    'with a footer that is longer than the file',
    (bytes) => patched(bytes, bytes.length - 8, [0xff, 0xff, 0xff, 0x7f]),
    'its footer has 2147483647 bytes',
  ],
  [
    'with zeros for a footer',
    (bytes) => patched(bytes, bytes.length - 900, new Array(800).fill(0)),
    'cannot be read',
  ],
])('a file %s', async (_, change, says) => {
  const rows = await read(change(bytesOf('version-1-snappy.parquet')));
  expect(rows.at(-1)).toEqual(expect.stringContaining(says));
});

test.each([
  [{ columnBytes: 50 }, 'the columns of one row group have'],
  [{ wholeBytes: 40 }, 'says its footer has'],
  [{ pageValues: 1 }, 'a page of 12 values'],
])('a limit: %o', async (limits, says) => {
  const rows = await read(bytesOf('plain-zstd.parquet'), ['text'], { ...dataLimits, ...limits });
  expect(rows.at(-1)).toEqual(expect.stringContaining(says));
});

function patched(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}
