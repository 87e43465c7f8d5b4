import type { ByteChunks } from './byte-chunks.ts';
import { byteLines, hasNul, notUtf8, textOfLine, tooLong, withoutMark } from './byte-lines.ts';
import type { DataItem, RowPlace } from './data-item.ts';
import { DataProblem } from './data-problem.ts';

/**
 * Rows of CSV (RFC 4180) or, with a tab between them, TSV. The first record names the columns; values are texts. A quoted
 * field may hold the delimiter, line ends and doubled quotes; a quote inside a field that does not begin with one stands
 * for itself, as in most files of tab-separated values.
 */
export async function* csvRows(
  chunks: ByteChunks,
  delimiter: ',' | '\t',
  maximumBytes: number,
): AsyncGenerator<DataItem> {
  let columns: readonly string[] | undefined;
  for await (const { bytes, place } of records(chunks, delimiter, maximumBytes)) {
    const text = textOfLine(bytes);
    if (text === '') continue;
    const fields = text === undefined ? notUtf8 : fieldsOf(text, delimiter);
    if (columns === undefined) columns = columnNames(fields, place);
    else if (typeof fields === 'string') yield { kind: 'unusable', problem: fields, place };
    else if (fields.length !== columns.length) {
      const problem = `${fields.length} fields where the first line names ${columns.length} columns`;
      yield { kind: 'unusable', problem, place };
    } else {
      const row = Object.fromEntries(columns.map((name, i) => [name, fields[i] ?? '']));
      yield { kind: 'row', row, place, columns };
    }
  }
}

/** The column names of a first line; undefined when it is none that can be read by itself. */
export function columnsOfCsv(line: Uint8Array, delimiter: ',' | '\t'): readonly string[] | undefined {
  const bytes = withoutMark(line);
  if (endsQuoted(bytes, delimiter.charCodeAt(0), false)) return undefined;
  const text = textOfLine(bytes);
  const fields = text === undefined || text === '' ? undefined : fieldsOf(text, delimiter);
  return typeof fields === 'string' ? undefined : fields;
}

function columnNames(fields: readonly string[] | string, place: RowPlace): readonly string[] {
  const advice = 'The first line of a CSV or TSV file names its columns';
  if (typeof fields === 'string') throw new DataProblem(`cannot be read: ${fields}. ${advice}`, place);
  const double = fields.find((name, i) => fields.indexOf(name) < i);
  if (double !== undefined) {
    throw new DataProblem(
      `has two columns of the name ${JSON.stringify(double)}. ${advice}; rename one`,
      place,
    );
  }
  return fields;
}

/** Records as bytes, with the line that each begins in. */
async function* records(
  chunks: ByteChunks,
  delimiter: string,
  maximumBytes: number,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly place: RowPlace }> {
  const separator = delimiter.charCodeAt(0);
  let parts: Uint8Array[] = [];
  let size = 0;
  let isQuoted = false;
  let place: RowPlace = { unit: 'line', number: 1 };
  let number = 0;
  for await (const line of byteLines(chunks, maximumBytes)) {
    number += 1;
    if (!isQuoted) place = { unit: 'line', number };
    size += (line?.length ?? maximumBytes) + 1;
    if (line === undefined || size > maximumBytes + 1) {
      const reason = isQuoted ? 'the quote that opens in it is not closed, or it is' : 'it is';
      throw new DataProblem(
        `has a row that cannot be read: ${reason} ${tooLong(maximumBytes)}. Repair the row`,
        place,
      );
    }
    parts.push(line);
    isQuoted = endsQuoted(line, separator, isQuoted);
    if (isQuoted) {
      parts.push(lineFeed);
      continue;
    }
    yield { bytes: parts.length === 1 ? line : Buffer.concat(parts), place };
    parts = [];
    size = 0;
  }
  if (isQuoted) {
    throw new DataProblem(
      'has a quote that is never closed. Close it, or double it where it belongs to the text',
      place,
    );
  }
}

const lineFeed = Uint8Array.of(10);
const QUOTE = 0x22;

/** Whether a quoted field goes on in the next line. */
function endsQuoted(line: Uint8Array, separator: number, wasQuoted: boolean): boolean {
  let isQuoted = wasQuoted;
  let isStart = !wasQuoted;
  for (const byte of line) {
    if (isQuoted) {
      // Of a doubled quote the first one closes and the second opens again.
      if (byte === QUOTE) isQuoted = false;
      isStart = byte === QUOTE;
      continue;
    }
    if (byte === QUOTE && isStart) isQuoted = true;
    isStart = byte === separator;
  }
  return isQuoted;
}

/** The fields of a record, or what is wrong with it. */
function fieldsOf(record: string, delimiter: string): readonly string[] | string {
  if (record.includes('\0')) return hasNul;
  const fields: string[] = [];
  for (let at = 0; ; ) {
    if (record[at] !== '"') {
      const end = record.indexOf(delimiter, at);
      fields.push(record.slice(at, end < 0 ? undefined : end));
      if (end < 0) return fields;
      at = end + 1;
      continue;
    }
    const parts: string[] = [];
    for (at += 1; ; ) {
      const end = record.indexOf('"', at);
      if (end < 0) return 'a quote that is never closed';
      parts.push(record.slice(at, end));
      at = end + 1;
      if (record[at] !== '"') break;
      at += 1;
    }
    fields.push(parts.join('"'));
    if (at === record.length) return fields;
    if (record[at] !== delimiter) return 'text between a closing quote and the next field';
    at += 1;
  }
}
