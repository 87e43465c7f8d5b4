import path from 'node:path';
import type { Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import { type ByteChunks, fileChunks, unpackedChunks, wholeBytes } from './byte-chunks.ts';
import { csvRows } from './csv-rows.ts';
import { type DataItem, type DataLimits, dataLimits } from './data-item.ts';
import { DataProblem } from './data-problem.ts';
import { formatOfFile, isGzip, startBytes } from './format-of-file.ts';
import { jsonRows, textRows } from './line-rows.ts';
import { parquetRows, type RandomAccess } from './parquet-rows.ts';

export interface ReadRowsOptions {
  /** Top-level columns that are looked at: others of a Parquet file are not read. Default all. */
  readonly columns?: readonly string[];
  readonly limits?: DataLimits;
}

/**
 * The rows of a data file, in its order: JSON Lines, plain text (a text in each line, as `{text}`), CSV, TSV or Parquet, each
 * also packed with gzip. Memory is bounded whatever the file says. Rows that cannot be used are told and passed over; when
 * the file itself cannot be read, or not to its end, the last item is a T313 or T314.
 *
 * @example for await (const item of readRows(files, '/data/rows.csv.gz')) if (item.kind === 'row') use(item.row);
 */
export async function* readRows(
  files: FileReader,
  file: string,
  { columns, limits = dataLimits }: ReadRowsOptions = {},
): AsyncGenerator<DataItem> {
  try {
    yield* rowsOf(files, file, columns, limits);
  } catch (error) {
    if (!(error instanceof DataProblem)) throw error;
    yield { kind: 'failed', finding: findingOf(file, error) };
  }
}

async function* rowsOf(
  files: FileReader,
  file: string,
  columns: readonly string[] | undefined,
  limits: DataLimits,
): AsyncGenerator<DataItem> {
  const isPacked = isGzip(await files.readBytes(file, { offset: 0, length: startBytes }));
  const chunks = (): ByteChunks =>
    isPacked ? unpackedChunks(fileChunks(files, file), limits.unpackedBytes) : fileChunks(files, file);
  const format = formatOfFile(path.basename(file), await firstBytes(chunks()));
  if (format === 'jsonl') yield* jsonRows(chunks(), limits.rowBytes);
  else if (format === 'text') yield* textRows(chunks(), limits.rowBytes);
  else if (format === 'csv') yield* csvRows(chunks(), ',', limits.rowBytes);
  else if (format === 'tsv') yield* csvRows(chunks(), '\t', limits.rowBytes);
  else {
    const source = isPacked ? await unpackedFile(chunks(), limits) : await storedFile(files, file);
    yield* parquetRows(source, columns, limits);
  }
}

async function firstBytes(chunks: ByteChunks): Promise<Uint8Array> {
  for await (const chunk of chunks) if (chunk.length > 0) return chunk.subarray(0, startBytes);
  return new Uint8Array();
}

async function storedFile(files: FileReader, file: string): Promise<RandomAccess> {
  const { sizeBytes = 0 } = (await files.facts(file)) ?? {};
  return { sizeBytes, read: (offset, length) => files.readBytes(file, { offset, length }) };
}

/** A Parquet file is read from its end, so it must be unpacked as a whole. */
async function unpackedFile(chunks: ByteChunks, { wholeBytes: limit }: DataLimits): Promise<RandomAccess> {
  const bytes = await wholeBytes(chunks, limit);
  if (!bytes)
    throw new DataProblem(`is a Parquet file of more than ${limit} bytes, packed with gzip. Unpack it`);
  return { sizeBytes: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) };
}

function findingOf(file: string, { code, message, place }: DataProblem): Finding {
  const where = place ? `${file}:${place.unit === 'line' ? '' : 'row '}${place.number}` : file;
  return { code, severity: 'error', message: `${where} ${message}.`, file };
}
