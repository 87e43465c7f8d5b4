import type { Checked, Finding } from '../../core/findings.ts';
import { isObject } from '../../core/json-access.ts';
import type { FileReader } from '../../core/ports.ts';
import type { DataItem, RowPlace } from '../formats/data-item.ts';
import { readRows } from '../formats/read-rows.ts';
import { columnsHint } from './columns-hint.ts';
import { type DataSources, findDataFiles } from './find-data-files.ts';

export interface LocalOptions extends DataSources {
  /** Rows kept at most; default 2,000. */
  readonly maxSamples?: number;
}

/** A row that can be used, or why it cannot. */
export type LocalRow<T> = { readonly value: T } | { readonly problem: string };

/** What a provider takes from a row. */
export interface LocalRowReader<T> {
  /** The fields that it looks at, as the user names them: literal keys or dotted paths. */
  readonly fields: readonly string[];
  rowOf(row: unknown, rowIndex: number): LocalRow<T>;
  /** What is said when no row of the files can be used; without a pointer it is about the files. */
  empty(names: string, unit: RowPlace['unit']): Finding;
}

/**
 * Reads the rows of local files in order (spec 02 §1.8), whatever their format. Rows that cannot be used are skipped, counted
 * and reported (EQ-15); relative paths go through `resolvePath`. T310 when no file is there, T313 or T314 when one cannot be
 * read, the reader's `empty` when no row is usable.
 */
export async function readLocalRows<T>(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  options: LocalOptions,
  reader: LocalRowReader<T>,
): Promise<Checked<readonly T[]>> {
  const sources = await findDataFiles(files, resolvePath, options);
  if (!sources.value) return { value: undefined, findings: sources.findings };
  const findings: Finding[] = [];
  const rows: T[] = [];
  const limit = options.maxSamples ?? 2000;
  // A dotted path looks into the column that it begins with.
  const columns = reader.fields.flatMap((field) => [field, field.split('.')[0] ?? field]);
  const seen = new Set<string>();
  let unit: RowPlace['unit'] = 'line';
  let first: Skipped | undefined;
  let rowIndex = 0;
  for (const source of sources.value) {
    if (rows.length >= limit) break;
    const skipped = new SkippedRows(source);
    for await (const item of readRows(files, source, { columns })) {
      if (item.kind === 'failed') return { value: undefined, findings: [...findings, item.finding] };
      unit = item.place.unit;
      for (const name of columnsOf(item)) if (seen.size < MAXIMUM_COLUMNS) seen.add(name);
      const row = item.kind === 'row' ? reader.rowOf(item.row, rowIndex) : item;
      if ('value' in row) rows.push(row.value);
      else first ??= { place: item.place, problem: row.problem };
      skipped.count(item.place, 'problem' in row ? row.problem : undefined);
      rowIndex += 1;
      if (rows.length >= limit) break;
    }
    findings.push(...skipped.findings());
  }
  if (rows.length > 0) return { value: rows, findings };
  // One error says it all, so the rows that were skipped are no warnings of their own.
  return { value: undefined, findings: [emptyFinding()] };

  function emptyFinding(): Finding {
    const finding = { pointer: pointerOf(options), ...reader.empty(sources.value?.join(', ') ?? '', unit) };
    const hint = columnsHint(reader.fields, seen);
    const reason = first
      ? ` ${first.place.unit === 'line' ? 'Line' : 'Row'} ${first.place.number}: ${first.problem}.`
      : '';
    return {
      ...finding,
      message: `${finding.message}${rowIndex === 0 ? ' There are no rows at all.' : hint || reason}`,
    };
  }
}

/** The key that names the files. */
function pointerOf({ file, path: folderOrFile }: DataSources): string {
  return file ? '/dataset/file' : folderOrFile ? '/dataset/path' : '/dataset/data_files';
}

const MAXIMUM_COLUMNS = 100;

function columnsOf(item: DataItem): readonly string[] {
  if (item.kind !== 'row') return [];
  return item.columns ?? (isObject(item.row) ? Object.keys(item.row) : []);
}

interface Skipped {
  readonly place: RowPlace;
  readonly problem: string;
}

/** Counts the rows of a file, and remembers the first one that was skipped. */
class SkippedRows {
  readonly #file: string;
  #total = 0;
  #count = 0;
  #first: Skipped | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  count(place: RowPlace, problem: string | undefined): void {
    // Of lines it is their number that a reader looks for, blank ones included.
    this.#total = Math.max(this.#total, place.number);
    if (problem === undefined) return;
    this.#count += 1;
    this.#first ??= { place, problem };
  }

  findings(): readonly Finding[] {
    if (!this.#first) return [];
    const { place, problem } = this.#first;
    const message = `${this.#count} of ${this.#total} ${place.unit}s of ${this.#file} were skipped; the first is ${place.unit} ${place.number}: ${problem}.`;
    return [{ code: 'T311', severity: 'warning', message, file: this.#file }];
  }
}
