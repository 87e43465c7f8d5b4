import type { AsyncBuffer, FileMetaData, SchemaTree } from 'hyparquet';
import { type PageWalk, pageWalk } from './check-pages.ts';
import type { DataLimits } from './data-item.ts';
import { brokenParquet, guarded } from './guarded.ts';
import type { ParquetColumns } from './parquet-footer.ts';
import type { RandomAccess } from './parquet-rows.ts';
import { unpackPage } from './unpack-page.ts';

/** A row group whose chosen columns are in memory. */
export interface OpenGroup {
  /** What hyparquet reads from: the columns in their places, nothing in between. */
  readonly file: AsyncBuffer;
  /** What is wrong with the pages that hold the first so many rows, if anything. */
  check(rows: number): string | undefined;
}

type ColumnMetadata = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

/** Reads the stored bytes of the chosen columns. Throws a `DataProblem` when their places or sizes are absurd. */
export async function openGroup(
  source: RandomAccess,
  metadata: FileMetaData,
  groupIndex: number,
  columns: ParquetColumns,
  limits: DataLimits,
): Promise<OpenGroup> {
  const places = guarded(() => placesOf(source, metadata, groupIndex, columns, limits));
  const pieces: Piece[] = [];
  for (const { start, size, column } of places) {
    const bytes = await source.read(start, size);
    if (bytes.length !== size) throw brokenParquet('it ends within a column');
    pieces.push({ start, bytes, column });
  }
  const rows = Number(metadata.row_groups[groupIndex]?.num_rows);
  const walks = guarded(() => pieces.map((piece) => walkOf(piece, columns.schema, limits)));
  return {
    file: {
      byteLength: source.sizeBytes,
      slice: (start, end) => joined(pieces, start, end ?? source.sizeBytes),
    },
    check(wanted) {
      for (const { walk, isFlat } of walks) {
        const problem = walk.untilRows(isFlat ? wanted : rows);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

interface Place {
  readonly start: number;
  readonly size: number;
  readonly column: ColumnMetadata;
}

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly column: ColumnMetadata;
}

function placesOf(
  source: RandomAccess,
  metadata: FileMetaData,
  groupIndex: number,
  columns: ParquetColumns,
  limits: DataLimits,
): readonly Place[] {
  const places: Place[] = [];
  let total = 0;
  for (const { meta_data: column, file_path: otherFile } of metadata.row_groups[groupIndex]?.columns ?? []) {
    if (!column || !columns.chosen.includes(column.path_in_schema[0] ?? '')) continue;
    if (otherFile) throw brokenParquet(`its columns are in another file, ${otherFile}`);
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    const size = Number(column.total_compressed_size);
    if (!(start >= 0 && size >= 0 && start + size <= source.sizeBytes)) {
      throw brokenParquet(`it says that ${size} bytes of a column are at ${start} of ${source.sizeBytes}`);
    }
    total += size;
    if (total > limits.columnBytes) {
      throw brokenParquet(
        `the columns of one row group have ${total} bytes, and ${limits.columnBytes} is the limit; write smaller row groups`,
      );
    }
    places.push({ start, size, column });
  }
  return places;
}

function walkOf(
  { bytes, column }: Piece,
  schema: SchemaTree,
  limits: DataLimits,
): { readonly walk: PageWalk; readonly isFlat: boolean } {
  const path = pathOf(schema, column.path_in_schema);
  if (path.some(({ element }) => element.logical_type?.type === 'VARIANT')) {
    throw brokenParquet(`the column ${column.path_in_schema[0]} is of the type VARIANT, which is not read`);
  }
  const unpack = Object.hasOwn(unpackPage, column.codec) ? unpackPage[column.codec] : undefined;
  if (!unpack) {
    throw brokenParquet(
      `it is packed with ${column.codec}, which is not read; write it with snappy, gzip or zstd`,
    );
  }
  const below = path.slice(1);
  const maximumRepetition = path.filter(({ element }) => element.repetition_type === 'REPEATED').length;
  const walk = pageWalk(
    {
      bytes,
      isBoolean: column.type === 'BOOLEAN',
      maximumRepetition,
      maximumDefinition: below.filter(({ element }) => element.repetition_type !== 'REQUIRED').length,
      unpack: (packed, sizeBytes) => {
        const page = unpack(packed, sizeBytes);
        if (page.length !== sizeBytes) throw brokenParquet('a page unpacks to another size than it says');
        return page;
      },
    },
    limits,
  );
  return { walk, isFlat: path.length === 2 && maximumRepetition === 0 && !path[1]?.children.length };
}

function pathOf(schema: SchemaTree, names: readonly string[]): readonly SchemaTree[] {
  const path = [schema];
  for (const name of names) {
    const next = path.at(-1)?.children.find(({ element }) => element.name === name);
    if (!next) throw brokenParquet(`its column ${names.join('.')} is not in its schema`);
    path.push(next);
  }
  return path;
}

/** The bytes of a range; between the columns there is nothing that anyone looks at. */
function joined(pieces: readonly Piece[], start: number, end: number): ArrayBuffer {
  const buffer = new Uint8Array(end - start);
  for (const piece of pieces) {
    const from = Math.max(start, piece.start);
    const to = Math.min(end, piece.start + piece.bytes.length);
    if (from < to) buffer.set(piece.bytes.subarray(from - piece.start, to - piece.start), from - start);
  }
  return buffer.buffer;
}
