import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type DataLimits, dataLimits } from '../../../engine/data/formats/data-item.ts';
import { formatOfName, startBytes } from '../../../engine/data/formats/format-of-file.ts';
import { readRows } from '../../../engine/data/formats/read-rows.ts';
import { allItems } from '../../fixtures/all-items.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

/** What a file gives, an item in a line: a row as JSON, `! ` and a problem, `X ` and the finding that ends it. */
async function read(
  name: string,
  bytes: string | Uint8Array,
  limits: Partial<DataLimits> = {},
): Promise<string[]> {
  const items: string[] = [];
  for await (const item of readRows(new MemoryFiles({ [name]: bytes }), name, {
    limits: { ...dataLimits, ...limits },
  })) {
    if (item.kind === 'failed') items.push(`X ${item.finding.code} ${item.finding.message}`);
    else if (item.kind === 'unusable') items.push(`! ${item.place.number}: ${item.problem}`);
    else items.push(`${item.place.number} ${JSON.stringify(item.row)}`);
  }
  return items;
}

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const gzip = (text: string | Uint8Array): Uint8Array => new Uint8Array(gzipSync(text));
const small = { rowBytes: 20, unpackedBytes: 100 };

test.each<[string, string, string | Uint8Array, Partial<DataLimits>, string[]]>([
  ['JSON Lines', '/a.jsonl', '{"a":1}\r\n\n"x"\n', {}, ['1 {"a":1}', '3 "x"']],
  [
    'lines that are no JSON',
    '/a.ndjson',
    '{"a":1\n{}\n\0\n',
    {},
    ['! 1: not valid JSON', '2 {}', '! 3: not valid JSON'],
  ],
  ['lines that are not UTF-8', '/a.jsonl', latin1('"\u00e9"\n"x"\n'), {}, ['! 1: not valid UTF-8', '2 "x"']],
  ['long lines', '/a.jsonl', `"${'x'.repeat(30)}"\n"x"`, small, ['! 1: longer than 20 bytes', '2 "x"']],
  ['a name that tells nothing', '/a', '{"a":1}', {}, ['1 {"a":1}']],
  ['a byte order mark', '/a.jsonl', '\uFEFF{"a":1}', {}, ['1 {"a":1}']],
  ['nothing at all', '/a.jsonl', '', {}, []],
  ['plain text', '/a.txt', 'one\n\n two \n', {}, ['1 {"text":"one"}', '3 {"text":" two "}']],
  [
    'text with NUL',
    '/a.txt',
    'o\0ne\ntwo',
    {},
    ['! 1: not a text: it has NUL characters', '2 {"text":"two"}'],
  ],
  ['CSV', '/a.csv', 'a,b\r\n1,2\r\n\r\n,\n', {}, ['2 {"a":"1","b":"2"}', '4 {"a":"","b":""}']],
  [
    'quoted fields',
    '/a.csv',
    'a,b\n"x ""y"", z","1\r\n2"\n3,""\n',
    {},
    [String.raw`2 {"a":"x \"y\", z","b":"1\r\n2"}`, '4 {"a":"3","b":""}'],
  ],
  [
    'a quote inside a field',
    '/a.csv',
    'a,b\n5" wide,x"y\n1,2',
    {},
    [String.raw`2 {"a":"5\" wide","b":"x\"y"}`, '3 {"a":"1","b":"2"}'],
  ],
  [
    'text behind a closing quote',
    '/a.csv',
    'a,b\n"x"y,1\n1,2\n',
    {},
    ['! 2: text between a closing quote and the next field', '3 {"a":"1","b":"2"}'],
  ],
  [
    'fields that are too few or too many',
    '/a.csv',
    'a,b\n1\n1,2,3\n1,2',
    {},
    [
      '! 2: 1 fields where the first line names 2 columns',
      '! 3: 3 fields where the first line names 2 columns',
      '4 {"a":"1","b":"2"}',
    ],
  ],
  [
    'a field that is not UTF-8',
    '/a.csv',
    latin1('a\n\u00e9\nx\n'),
    {},
    ['! 2: not valid UTF-8', '3 {"a":"x"}'],
  ],
  ['TSV', '/a.tsv', 'a\tb\n1,2\t"x\ty"\n', {}, [String.raw`2 {"a":"1,2","b":"x\ty"}`]],
  [
    'names that objects have',
    '/a.csv',
    '__proto__,constructor\n1,2\n',
    {},
    ['2 {"__proto__":"1","constructor":"2"}'],
  ],
  [
    'a quote that is never closed',
    '/a.csv',
    'a\nx\n"y\nz\n',
    {},
    [
      '2 {"a":"x"}',
      'X T313 /a.csv:3 has a quote that is never closed. Close it, or double it where it belongs to the text.',
    ],
  ],
  [
    'a quote that runs on and on',
    '/a.csv',
    `a\n"${'x\n'.repeat(15)}"\n`,
    small,
    [
      'X T313 /a.csv:2 has a row that cannot be read: the quote that opens in it is not closed, or it is longer than 20 bytes. Repair the row.',
    ],
  ],
  [
    'a row of many empty fields',
    '/a.csv',
    `a\n${','.repeat(30)}\n`,
    small,
    ['X T313 /a.csv:2 has a row that cannot be read: it is longer than 20 bytes. Repair the row.'],
  ],
  [
    'a column twice',
    '/a.csv',
    'a,b,a\n',
    {},
    [
      'X T313 /a.csv:1 has two columns of the name "a". The first line of a CSV or TSV file names its columns; rename one.',
    ],
  ],
  ['gzip', '/a.jsonl.gz', gzip('{"a":1}\n{"a":2}'), {}, ['1 {"a":1}', '2 {"a":2}']],
  [
    'gzip of several members',
    '/a.txt.gz',
    Buffer.concat([gzip('o'), gzip('ne\ntwo')]),
    {},
    ['1 {"text":"one"}', '2 {"text":"two"}'],
  ],
  ['gzip without its ending', '/a.csv', gzip('a\nx\n'), {}, ['2 {"a":"x"}']],
  [
    'gzip that is cut off',
    '/a.txt.gz',
    gzip('one\n'.repeat(9)).subarray(0, 12),
    {},
    ['X T313 /a.txt.gz is a broken gzip file (unexpected end of file). Copy or download it again.'],
  ],
  [
    'gzip that holds too much',
    '/a.txt.gz',
    gzip('0123456789\n'.repeat(50)),
    small,
    [
      'X T313 /a.txt.gz holds more than 100 bytes, packed with gzip. Unpack it, or keep the part that is evaluated.',
    ],
  ],
  [
    'UTF-16',
    '/a.txt',
    new Uint8Array(Buffer.from('\uFEFFone', 'utf16le')),
    {},
    ['X T314 /a.txt is encoded in UTF-16. Save it as UTF-8.'],
  ],
  [
    'an array',
    '/a.json',
    '\uFEFF [{}]',
    {},
    ['X T314 /a.json is one JSON array. Write JSON Lines instead: each of its objects in a line of its own.'],
  ],
  ['an archive', '/a.csv', 'PK\u0003\u0004', {}, ['X T314 /a.csv is a zip archive. Unpack it.']],
  [
    'a packed archive',
    '/a.csv.gz',
    gzip('BZh9'),
    {},
    ['X T314 /a.csv.gz is packed with bzip2. Unpack it, or pack it with gzip.'],
  ],
  [
    'no Parquet',
    '/a.parquet',
    'x',
    {},
    ['X T314 /a.parquet is no Parquet file, whatever its name says. Copy or download it again.'],
  ],
  [
    'a Git LFS pointer',
    '/a.jsonl',
    'version https://git-lfs.github.com/spec/v1\n',
    {},
    [
      'X T314 /a.jsonl is a Git LFS pointer, not the file itself. Run "git lfs pull" where it was cloned, or download it again.',
    ],
  ],
])('%s', async (_, name, bytes, limits, expected) => {
  expect(await read(name, bytes, limits)).toEqual(expected);
});

test.each([
  ['a.jsonl', 'jsonl'],
  ['A.JSON.GZ', 'jsonl'],
  ['wiki.valid.raw', 'text'],
  ['a.b.tsv', 'tsv'],
  ['a.csv.zip', undefined],
  ['constructor', undefined],
  ['a.constructor', undefined],
  ['csv', undefined],
])('the name %s means %s', (name, format) => {
  expect(formatOfName(name)).toBe(format);
});

test('a port that fails is no broken file', async () => {
  const files = new MemoryFiles({ '/a.txt.gz': gzip('one') });
  const failing = Object.assign(Object.create(files), {
    readBytes: async (_: string, range?: { offset: number; length: number }) => {
      if (range?.length === startBytes) return files.readBytes('/a.txt.gz', range);
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    },
  }) as MemoryFiles;
  const all = async () => allItems(readRows(failing, '/a.txt.gz'));
  await expect(all()).rejects.toMatchObject({ code: 'EIO' });
});
