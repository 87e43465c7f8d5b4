import type { ByteChunks } from './byte-chunks.ts';
import { byteLines, hasNul, notUtf8, textOfLine, tooLong } from './byte-lines.ts';
import type { DataItem, RowPlace } from './data-item.ts';

/** JSON Lines: a value in each line. Lines that cannot be used are told one by one (spec 02 EQ-15); blank ones are no rows. */
export function jsonRows(chunks: ByteChunks, maximumBytes: number): AsyncGenerator<DataItem> {
  return lineRows(chunks, maximumBytes, (text, place) => {
    try {
      return { kind: 'row', row: JSON.parse(text), place };
    } catch {
      return { kind: 'unusable', problem: 'not valid JSON', place };
    }
  });
}

const textColumns = ['text'];

/** Plain text: each line is a text, the field `text` of its row; blank lines are no rows. */
export function textRows(chunks: ByteChunks, maximumBytes: number): AsyncGenerator<DataItem> {
  return lineRows(chunks, maximumBytes, (text, place) =>
    text.includes('\0')
      ? { kind: 'unusable', problem: hasNul, place }
      : { kind: 'row', row: { text }, place, columns: textColumns },
  );
}

async function* lineRows(
  chunks: ByteChunks,
  maximumBytes: number,
  itemOf: (text: string, place: RowPlace) => DataItem,
): AsyncGenerator<DataItem> {
  let number = 0;
  for await (const line of byteLines(chunks, maximumBytes)) {
    number += 1;
    const place: RowPlace = { unit: 'line', number };
    const text = line && textOfLine(line);
    if (text === undefined) {
      yield { kind: 'unusable', problem: line ? notUtf8 : tooLong(maximumBytes), place };
    } else if (text.trim() !== '') yield itemOf(text, place);
  }
}
