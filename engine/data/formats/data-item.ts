import type { Finding } from '../../core/findings.ts';

/** What a data file gives, one after the other. */
export type DataItem = DataRow | UnusableRow | FailedFile;

interface DataRow {
  readonly kind: 'row';
  /** Mostly an object; what a line of JSON says may be anything. */
  readonly row: unknown;
  readonly place: RowPlace;
  /** The names of all columns, where the file has a list of them. */
  readonly columns?: readonly string[];
}

/** A row that is there and cannot be read; the next one goes on. */
interface UnusableRow {
  readonly kind: 'unusable';
  readonly problem: string;
  readonly place: RowPlace;
}

/** The file cannot be read, or not any further: always the last item. */
interface FailedFile {
  readonly kind: 'failed';
  readonly finding: Finding;
}

/** Counted from 1. Lines are those of the text, so a row of CSV may begin some lines after the one before. */
export interface RowPlace {
  readonly unit: 'line' | 'row';
  readonly number: number;
}

/** What untrusted files may cost. */
export interface DataLimits {
  /** A line, a row of CSV, a value of Parquet: what is longer cannot be a sane evaluation text. */
  readonly rowBytes: number;
  /** What may come out of a gzip file until reading it ends. */
  readonly unpackedBytes: number;
  /** What must be held in memory as a whole: the footer of a Parquet file, one of its pages, a packed Parquet file. */
  readonly wholeBytes: number;
  /** The stored bytes of one column in one row group of a Parquet file, which are held as well. */
  readonly columnBytes: number;
  /** Values in one page of a Parquet file. */
  readonly pageValues: number;
}

export const dataLimits: DataLimits = {
  rowBytes: 16 << 20,
  unpackedBytes: 4 * 2 ** 30,
  wholeBytes: 256 << 20,
  columnBytes: 512 << 20,
  pageValues: 4 << 20,
};
