import { type FileMetaData, parquetReadObjects } from 'hyparquet';
import type { DataItem, DataLimits } from './data-item.ts';
import { brokenParquet, guarded, reasonOf } from './guarded.ts';
import { type ParquetColumns, parquetColumns, readFooter } from './parquet-footer.ts';
import { type OpenGroup, openGroup } from './parquet-group.ts';
import { isUnreadable, parsers } from './parquet-values.ts';
import { unpackPage } from './unpack-page.ts';

/** Bytes that are read from anywhere. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /** Fewer bytes where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Rows decoded at a time. */
const BATCH_ROWS = 4096;

/** Rows of a Parquet file, as objects. Only the columns that are asked for are read, a row group at a time. */
export async function* parquetRows(
  source: RandomAccess,
  wanted: readonly string[] | undefined,
  limits: DataLimits,
): AsyncGenerator<DataItem> {
  const metadata = await readFooter(source, limits);
  const columns = guarded(() => parquetColumns(metadata, wanted));
  const names = columns.all;
  let first = 0;
  for (const [groupIndex, { num_rows }] of metadata.row_groups.entries()) {
    const rows = Number(num_rows);
    if (!(rows >= 0 && rows <= Number.MAX_SAFE_INTEGER))
      throw brokenParquet(`row group ${groupIndex + 1} says it has ${rows} rows`);
    if (rows === 0) continue;
    if (columns.chosen.length === 0) {
      // No row has what is asked for; one says so.
      yield { kind: 'row', row: {}, place: { unit: 'row', number: 1 }, columns: names };
      return;
    }
    const group = await openGroup(source, metadata, groupIndex, columns, limits);
    for (let start = 0; start < rows; start += BATCH_ROWS) {
      const end = Math.min(rows, start + BATCH_ROWS);
      for (const [i, row] of (await batch(metadata, columns, group, { first, start, end })).entries()) {
        const place = { unit: 'row', number: first + start + i + 1 } as const;
        const unreadable = Object.values(row).find(isUnreadable);
        if (unreadable) yield { kind: 'unusable', problem: unreadable.problem, place };
        else yield { kind: 'row', row, place, columns: names };
      }
    }
    first += rows;
  }
}

async function batch(
  metadata: FileMetaData,
  columns: ParquetColumns,
  group: OpenGroup,
  range: { readonly first: number; readonly start: number; readonly end: number },
): Promise<readonly Record<string, unknown>[]> {
  const problem = guarded(() => group.check(range.end));
  if (problem !== undefined) throw brokenParquet(problem);
  try {
    return await parquetReadObjects({
      file: group.file,
      metadata,
      columns: [...columns.chosen],
      rowStart: range.first + range.start,
      rowEnd: range.first + range.end,
      compressors: { ...unpackPage },
      parsers,
    });
  } catch (error) {
    throw brokenParquet(reasonOf(error));
  }
}
