import { isLfsPointer } from '../../core/lfs-pointer.ts';
import { DataProblem } from './data-problem.ts';

export type DataFormat = 'jsonl' | 'text' | 'csv' | 'tsv' | 'parquet';

/** What names of files end in, without `.gz`, which may follow each of them. */
const formatOfEnding: Readonly<Record<string, DataFormat>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  txt: 'text',
  text: 'text',
  raw: 'text',
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  parquet: 'parquet',
};

/** The format that a file's name tells; undefined when it tells none. */
export function formatOfName(name: string): DataFormat | undefined {
  const ending = /\.([^.]+?)(?:\.gz)?$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(formatOfEnding, ending) ? formatOfEnding[ending] : undefined;
}

/** So many bytes at the start of a file are enough to tell what it is. */
export const startBytes = 256;

export const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

/**
 * The format of a file by its name and its first bytes (unpacked ones): Parquet tells itself; a name without a known ending
 * means JSON Lines, and so does plain text that begins with an object. Throws a `DataProblem` when it is something that is not read.
 */
export function formatOfFile(name: string, start: Uint8Array): DataFormat {
  const beginsWith = (bytes: readonly number[]): boolean => bytes.every((byte, i) => start[i] === byte);
  if (beginsWith(latin('PAR1'))) return 'parquet';
  if (isLfsPointer(start)) {
    throw problem(
      'is a Git LFS pointer, not the file itself. Run "git lfs pull" where it was cloned, or download it again',
    );
  }
  const other = others.find(({ bytes }) => beginsWith(bytes));
  if (other) throw problem(`${other.what}. ${other.advice ?? convert}`);
  const format = formatOfName(name) ?? 'jsonl';
  if (format === 'parquet')
    throw problem('is no Parquet file, whatever its name says. Copy or download it again');
  const text = String.fromCharCode(...start)
    .replace(/^\u00EF\u00BB\u00BF/u, '')
    .trimStart();
  // The reference reads every file that is named as JSON Lines, and people call such files .txt too.
  const says = format === 'text' && /^\{\s*"(?:[^"\\]|\\.)*"\s*:/u.test(text) ? 'jsonl' : format;
  if (says === 'jsonl' && text.startsWith('[')) {
    throw problem('is one JSON array. Write JSON Lines instead: each of its objects in a line of its own');
  }
  return says;
}

const convert = 'JSON Lines, CSV, TSV, Parquet and plain text are read, and each of them packed with gzip';
const unpack = 'Unpack it, or pack it with gzip';
const reencode = 'Save it as UTF-8';

/** What people have in place of a data file, by its first bytes. */
const others: readonly {
  readonly bytes: readonly number[];
  readonly what: string;
  readonly advice?: string;
}[] = [
  { bytes: [0xff, 0xfe], what: 'is encoded in UTF-16', advice: reencode },
  { bytes: [0xfe, 0xff], what: 'is encoded in UTF-16', advice: reencode },
  { bytes: latin('PARE'), what: 'is an encrypted Parquet file', advice: 'Write it without encryption' },
  { bytes: latin('ARROW1'), what: 'is an Arrow file' },
  { bytes: [0xff, 0xff, 0xff, 0xff], what: 'is an Arrow stream' },
  { bytes: latin('PK\u0003\u0004'), what: 'is a zip archive', advice: 'Unpack it' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'is packed with zstd', advice: unpack },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'is packed with xz', advice: unpack },
  { bytes: latin('BZh'), what: 'is packed with bzip2', advice: unpack },
  { bytes: latin('SQLite format 3'), what: 'is an SQLite database' },
  { bytes: latin('%PDF-'), what: 'is a PDF document' },
  { bytes: latin('\u0089HDF'), what: 'is an HDF5 file' },
];

function latin(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

function problem(message: string): DataProblem {
  return new DataProblem(message, undefined, 'T314');
}
