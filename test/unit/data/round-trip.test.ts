import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRows } from '../../../engine/data/formats/read-rows.ts';
import { allItems } from '../../fixtures/all-items.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { parquetFile } from '../../fixtures/parquet-file.ts';

async function rowsOf(name: string, bytes: string | Uint8Array): Promise<unknown[]> {
  const items = await allItems(readRows(new MemoryFiles({ [name]: bytes }), name));
  return items.map((item) => (item.kind === 'row' ? item.row : item));
}

/** Texts with what is hard to write in each of the formats. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', ',', '\t', '\n', '\r', ' ', 'a', '\u2028', '\uFEFF', '𝕏'),
    maxLength: 8,
  }),
);
const table = fc.array(fc.record({ text, other: text }), { maxLength: 12 });
const runs = { numRuns: 60 };

test('what is written as JSON Lines is read', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), async (rows, isPacked) => {
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      const bytes = isPacked ? new Uint8Array(gzipSync(lines)) : lines;
      expect(await rowsOf('/a.jsonl', bytes)).toEqual(rows);
    }),
    runs,
  );
});

test.each([',', '\t'] as const)('what is written with %j between is read', async (delimiter) => {
  // A text file cannot hold a NUL, and a lone half of a surrogate pair is no UTF-8.
  const fit = table.filter((rows) =>
    rows.every((row) => Object.values(row).every((value) => !value.includes('\0') && value.isWellFormed())),
  );
  await fc.assert(
    fc.asyncProperty(fit, fc.constantFrom('\n', '\r\n'), async (rows, lineEnd) => {
      const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
      const lines = [['text', 'other'], ...rows.map((row) => [quoted(row.text), quoted(row.other)])];
      const written = lines.map((fields) => fields.join(delimiter) + lineEnd).join('');
      expect(await rowsOf(delimiter === ',' ? '/a.csv' : '/a.tsv', written)).toEqual(rows);
    }),
    runs,
  );
});

test('what is written as Parquet is read', async () => {
  const shape = fc.record({
    rowGroupSize: fc.integer({ min: 1, max: 5 }),
    pageSize: fc.integer({ min: 1, max: 40 }),
    codec: fc.constantFrom('SNAPPY' as const, 'UNCOMPRESSED' as const),
  });
  const fit = table.filter((rows) =>
    rows.every((row) => Object.values(row).every((value) => value.isWellFormed())),
  );
  await fc.assert(
    fc.asyncProperty(fit, shape, async (rows, options) => {
      const bytes = parquetFile(
        { text: rows.map((row) => row.text), other: rows.map((row) => row.other) },
        options,
      );
      expect(await rowsOf('/a.parquet', bytes)).toEqual(rows);
    }),
    runs,
  );
});

test('a row group of more rows than are decoded at a time', async () => {
  const texts = Array.from({ length: 9000 }, (_, i) => (i % 11 === 0 ? null : `text ${i % 100}`));
  expect(await rowsOf('/a.parquet', parquetFile({ text: texts }, { pageSize: 600 }))).toEqual(
    texts.map((value) => ({ text: value })),
  );
});
