import { type FileMetaData, parquetMetadata, parquetSchema, type SchemaTree } from 'hyparquet';
import { checkThrift } from './check-thrift.ts';
import type { DataLimits } from './data-item.ts';
import { brokenParquet, guarded } from './guarded.ts';
import type { RandomAccess } from './parquet-rows.ts';

/** A footer of more bytes describes more columns than anyone's texts have. */
const MAXIMUM_FOOTER_BYTES = 32 << 20;
/** hyparquet keeps the path to each element, so deep ones cost their square. */
const MAXIMUM_SCHEMA_ELEMENTS = 4096;

/** The footer of a Parquet file; throws a `DataProblem` when it is none or one of an absurd size. */
export async function readFooter(source: RandomAccess, limits: DataLimits): Promise<FileMetaData> {
  const tail = await source.read(Math.max(0, source.sizeBytes - 8), 8);
  if (tail.length < 8 || source.sizeBytes < 12 || latin(tail.subarray(4)) !== 'PAR1') {
    throw brokenParquet('it is cut off: its footer is missing');
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > Math.min(MAXIMUM_FOOTER_BYTES, limits.wholeBytes, source.sizeBytes - 12)) {
    throw brokenParquet(`it says its footer has ${length} bytes`);
  }
  const bytes = await source.read(source.sizeBytes - 8 - length, length + 8);
  if (bytes.length !== length + 8 || !checkThrift(bytes.subarray(0, length), 0)) {
    throw brokenParquet('its footer is no metadata');
  }
  const metadata = guarded(() => parquetMetadata(bytes, { geoparquet: false }));
  if (metadata.schema.length > MAXIMUM_SCHEMA_ELEMENTS) {
    throw brokenParquet(`it has more than ${MAXIMUM_SCHEMA_ELEMENTS} columns`);
  }
  return metadata;
}

/** The columns of a file, and those that are read. */
export interface ParquetColumns {
  readonly schema: SchemaTree;
  readonly all: readonly string[];
  readonly chosen: readonly string[];
}

export function parquetColumns(
  metadata: FileMetaData,
  wanted: readonly string[] | undefined,
): ParquetColumns {
  const schema = parquetSchema(metadata);
  const all = schema.children.map(({ element }) => element.name);
  const chosen = wanted ? all.filter((name) => wanted.includes(name)) : all;
  return { schema, all, chosen };
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
