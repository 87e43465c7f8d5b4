import path from 'node:path';
import type { FileReader } from '../../core/ports.ts';
import { columnsOfCsv } from '../../data/formats/csv-rows.ts';
import { DataProblem } from '../../data/formats/data-problem.ts';
import { type DataFormat, formatOfFile, isGzip, startBytes } from '../../data/formats/format-of-file.ts';

/** What the first bytes of data files tell, without reading them. */
export interface FirstLook {
  /** Why the first unusable one cannot be used. */
  readonly problem?: { readonly code: 'T313' | 'T314'; readonly message: string };
  /** The columns of the first file that names its own: a text file has one, and CSV and TSV files begin with theirs. */
  readonly columns?: ReadonlySet<string>;
  readonly file: string;
  /** Whether every file can have as many rows as it has lines, and no more. */
  readonly areLines: boolean;
  /** Lines that name columns and are no rows. */
  readonly headers: number;
}

/** A line of column names that is longer is not read for an editor. */
const headBytes = 1 << 16;

/** Looks at the start of each file. Columns are told only where all files have the same format, whose rows have all of them. */
export async function firstLook(files: FileReader, names: readonly string[]): Promise<FirstLook> {
  const formats = new Set<DataFormat | 'packed'>();
  let headers = 0;
  let columns: ReadonlySet<string> | undefined;
  let file = names[0] ?? '';
  for (const name of names) {
    const start = await files.readBytes(name, { offset: 0, length: headBytes });
    if (isGzip(start)) {
      formats.add('packed');
      continue;
    }
    try {
      const format = formatOfFile(path.basename(name), start.subarray(0, startBytes));
      formats.add(format);
      const own = columnsOf(format, start);
      if (format === 'csv' || format === 'tsv') headers += 1;
      if (own && !columns) {
        columns = own;
        file = name;
      }
    } catch (error) {
      if (!(error instanceof DataProblem)) throw error;
      const message = `${name} ${error.message}.`;
      return { problem: { code: error.code, message }, file: name, areLines: false, headers };
    }
  }
  const areLines = !formats.has('packed') && !formats.has('parquet');
  return { ...(formats.size === 1 && columns ? { columns } : {}), file, areLines, headers };
}

function columnsOf(format: DataFormat, start: Uint8Array): ReadonlySet<string> | undefined {
  if (format === 'text') return new Set(['text']);
  if (format !== 'csv' && format !== 'tsv') return undefined;
  const end = start.indexOf(10);
  const line = end >= 0 ? start.subarray(0, end) : start.length < headBytes ? start : undefined;
  const names = line && columnsOfCsv(line, format === 'csv' ? ',' : '\t');
  return names && new Set(names);
}
