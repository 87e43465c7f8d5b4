import type { Checked, Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import { asFindings } from '../../hub/as-findings.ts';
import type { Hub } from '../../hub/hub-ports.ts';
import { type DatasetOrigin, type NamedDataset, openDataset } from '../../hub/open-dataset.ts';
import type { DataText } from '../data-types.ts';
import { formatOfName } from '../formats/format-of-file.ts';
import { readRows } from '../formats/read-rows.ts';
import type { DataPair } from '../text-windows.ts';
import { pairOfRow, textOfRow } from './rows.ts';

/** Rows of a data set of the hub, and where they come from. */
export interface HubRows<T> {
  readonly rows: readonly T[];
  /** With the files that were read, which may be fewer than the split has. */
  readonly origin: DatasetOrigin;
}

interface Wanted<T> {
  /** Rows to keep at most. */
  readonly limit: number;
  readonly columns: readonly string[];
  /** Undefined for a row that does not count. */
  readonly rowOf: (row: unknown, rowIndex: number) => T | undefined;
  /** What is wrong when no row counts; `columns` as far as the files name theirs. */
  readonly empty: (what: string, columns: readonly string[] | undefined) => Finding;
}

/** The first texts of a split that are not blank (spec 02 §1.6). */
export function hubTexts(
  files: FileReader,
  hub: Hub | undefined,
  named: NamedDataset,
  { field, limit }: { readonly field: string; readonly limit: number },
): Promise<Checked<HubRows<DataText>>> {
  return hubRows(files, hub, named, {
    limit,
    columns: columnsOf(field),
    rowOf(row, rowIndex) {
      const found = textOfRow(row, field);
      return found.problem === undefined ? { text: found.text, rowIndex } : undefined;
    },
    empty: (what, columns) => ({
      code: 'E306',
      severity: 'error',
      message: `No row of ${what} has a non-blank string in the field "${field}".${choice(columns)}`,
      pointer: '/dataset/text_field',
    }),
  });
}

/** The first pairs of a split of which both sides are usable (spec 02 §1.7). */
export function hubPairs(
  files: FileReader,
  hub: Hub | undefined,
  named: NamedDataset,
  fields: { readonly source: string; readonly target: string; readonly limit: number },
): Promise<Checked<HubRows<DataPair>>> {
  const { source, target, limit } = fields;
  return hubRows(files, hub, named, {
    limit,
    columns: [...columnsOf(source), ...columnsOf(target)],
    rowOf(row, rowIndex) {
      const pair = pairOfRow(row, fields);
      return 'problem' in pair ? undefined : { ...pair, rowIndex };
    },
    empty: (what, columns) => ({
      code: 'E307',
      severity: 'error',
      message: `No row of ${what} has texts in the fields "${source}" and "${target}".${choice(columns)}`,
      pointer: '/dataset/src_field',
    }),
  });
}

/** The first rows of a split as they stand, blank ones too; a row without a text is a blank one (spec 02 §1.4). */
export function hubLines(
  files: FileReader,
  hub: Hub | undefined,
  named: NamedDataset,
  limit: number,
): Promise<Checked<HubRows<string>>> {
  return hubRows(files, hub, named, {
    limit,
    columns: ['text'],
    rowOf: (row) => (typeof row === 'object' && row !== null && 'text' in row ? String(row.text ?? '') : ''),
    empty: (what) => ({
      code: 'E306',
      severity: 'error',
      message: `${what} has no rows.`,
      pointer: '/dataset/split',
    }),
  });
}

function hubRows<T>(
  files: FileReader,
  hub: Hub | undefined,
  named: NamedDataset,
  wanted: Wanted<T>,
): Promise<Checked<HubRows<T>>> {
  return asFindings(async () => {
    const opened = await openDataset(hub, named, (name) => formatOfName(name) !== undefined);
    if (!opened.value) return { value: undefined, findings: opened.findings };
    const { origin, locate } = opened.value;
    const findings: Finding[] = [...opened.findings];
    const rows: T[] = [];
    const read: string[] = [];
    let rowIndex = 0;
    let columns: readonly string[] | undefined;
    for (const name of origin.files) {
      if (rows.length >= wanted.limit) break;
      const file = await locate(name);
      read.push(name);
      const skipped = { count: 0, first: '' };
      for await (const item of readRows(files, file, { columns: wanted.columns })) {
        if (item.kind === 'failed') return { value: undefined, findings: [...findings, item.finding] };
        if (item.kind === 'unusable') {
          if (skipped.count === 0) skipped.first = `${item.place.unit} ${item.place.number}: ${item.problem}`;
          skipped.count += 1;
        } else {
          columns ??= item.columns;
          const row = wanted.rowOf(item.row, rowIndex);
          if (row !== undefined) rows.push(row);
        }
        rowIndex += 1;
        if (rows.length >= wanted.limit) break;
      }
      if (skipped.count > 0) findings.push(skippedRows(file, skipped));
    }
    if (rows.length > 0) return { value: { rows, origin: { ...origin, files: read } }, findings };
    const what = `the split ${named.split} of ${origin.repository}`;
    return { value: undefined, findings: [...findings, wanted.empty(what, columns)] };
  });
}

function skippedRows(
  file: string,
  { count, first }: { readonly count: number; readonly first: string },
): Finding {
  const message = `${count} rows of ${file} were skipped; the first is ${first}.`;
  return { code: 'T311', severity: 'warning', message, file };
}

/** The column that a field lies in: its literal name, or the first step of a path (spec 02 EQ-20). */
function columnsOf(field: string): string[] {
  return [...new Set([field, field.split('.')[0] ?? field])];
}

function choice(columns: readonly string[] | undefined): string {
  return columns && columns.length > 0 ? ` Its columns are ${columns.slice(0, 20).join(', ')}.` : '';
}
