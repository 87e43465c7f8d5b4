import { checkRuns } from './check-runs.ts';
import { checkThrift } from './check-thrift.ts';
import type { DataLimits } from './data-item.ts';

/** One column in one row group, as the footer describes it. */
export interface ColumnChunk {
  readonly bytes: Uint8Array;
  readonly isBoolean: boolean;
  readonly maximumRepetition: number;
  readonly maximumDefinition: number;
  /** Unpacks a page; throws when it is broken or not of that size. */
  readonly unpack: (packed: Uint8Array, sizeBytes: number) => Uint8Array;
}

/** Walks the pages of a column until they hold enough rows. */
export interface PageWalk {
  /** Undefined when the pages hold so many rows, else what is wrong. */
  untilRows(rows: number): string | undefined;
}

/** Numbers of the encodings and pages in Parquet's format description. */
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const DELTA_BYTE_ARRAY = 7;
const RLE_DICTIONARY = 8;
const readEncodings = new Set([PLAIN, PLAIN_DICTIONARY, RLE, 5, 6, RLE_DICTIONARY, 9]);
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;

/**
 * Looks at a column's pages before hyparquet does: their headers, sizes and runs. What hyparquet makes of a page is then
 * bounded by the page's bytes and the limits, whatever the file says.
 */
export function pageWalk(chunk: ColumnChunk, limits: DataLimits): PageWalk {
  const { bytes } = chunk;
  let at = 0;
  let rows = 0;
  let problem: string | undefined;
  return {
    untilRows(wanted) {
      // hyparquet stops before a last byte too.
      while (problem === undefined && rows < wanted && at < bytes.length - 1) {
        const page = nextPage();
        if (typeof page === 'string') problem = page;
        else rows += page;
      }
      if (problem === undefined && rows < wanted)
        problem = `its pages hold ${rows} rows of ${wanted} that it says`;
      return problem;
    },
  };

  /** The rows of the page that comes next, or what is wrong with it. */
  function nextPage(): number | string {
    const header = checkThrift(bytes, at);
    if (!header) return 'a page has no readable header';
    const number = (name: string): number => header.numbers.get(name) ?? Number.NaN;
    const unpackedSize = number('2');
    const packedSize = number('3');
    const start = header.end;
    if (!(packedSize >= 0 && packedSize <= bytes.length - start)) return 'a page is cut off';
    if (!(unpackedSize >= 0 && unpackedSize <= limits.wholeBytes)) return `a page of ${unpackedSize} bytes`;
    const packed = bytes.subarray(start, start + packedSize);
    at = start + packedSize;
    const kind = number('1');
    if (kind === DICTIONARY_PAGE) {
      const count = number('7.1');
      if (!(count >= 0 && count <= limits.pageValues)) return `a dictionary of ${count} values`;
      chunk.unpack(packed, unpackedSize);
      return 0;
    }
    if (kind !== DATA_PAGE && kind !== DATA_PAGE_V2) return `a page of the unknown kind ${kind}`;
    const count = number(kind === DATA_PAGE ? '5.1' : '8.1');
    if (!(count >= 0 && count <= limits.pageValues)) return `a page of ${count} values`;
    const encoding = number(kind === DATA_PAGE ? '5.2' : '8.4');
    if (encoding === DELTA_BYTE_ARRAY) {
      return 'it is written with the encoding DELTA_BYTE_ARRAY, which is not read: write it with the default encodings';
    }
    if (!readEncodings.has(encoding)) return `a page of the unknown encoding ${encoding}`;
    if (kind === DATA_PAGE) {
      return firstVersion(chunk.unpack(packed, unpackedSize), count, encoding);
    }
    return secondVersion(packed, unpackedSize, count, encoding, number);
  }

  /** Levels and values are packed together; each level's stream has its length before it. */
  function firstVersion(page: Uint8Array, count: number, encoding: number): number | string {
    let place = 0;
    const levels = (maximum: number, value: number): number | undefined => {
      const facts = checkRuns(page, place + 4, { width: bitsOf(maximum), count, value });
      const length = readLength(page, place);
      if (!facts || length === undefined) return undefined;
      place += 4 + length;
      return facts.equal;
    };
    const { maximumRepetition, maximumDefinition } = chunk;
    const starts = maximumRepetition > 0 ? levels(maximumRepetition, 0) : count;
    if (starts === undefined) return brokenLevels;
    const present = maximumDefinition > 0 ? levels(maximumDefinition, maximumDefinition) : count;
    if (present === undefined) return brokenLevels;
    return checkValues(page, place, present, encoding, true) ?? starts;
  }

  /** Levels stand unpacked before the values; their lengths are in the header. */
  function secondVersion(
    packed: Uint8Array,
    unpackedSize: number,
    count: number,
    encoding: number,
    number: (name: string) => number,
  ): number | string {
    const repetitionSize = number('8.6');
    const definitionSize = number('8.5');
    const levelSize = repetitionSize + definitionSize;
    if (!(repetitionSize >= 0 && definitionSize >= 0 && levelSize <= Math.min(packed.length, unpackedSize))) {
      return brokenLevels;
    }
    const { maximumRepetition, maximumDefinition } = chunk;
    let starts = count;
    if (maximumRepetition > 0) {
      const facts = checkRuns(packed, 0, { width: bitsOf(maximumRepetition), count, value: 0 });
      if (!facts) return brokenLevels;
      starts = facts.equal;
    }
    // hyparquet counts the values by the header, and gives each level its place.
    let present = count;
    if (maximumDefinition > 0) {
      const facts = checkRuns(packed, repetitionSize, {
        width: bitsOf(maximumDefinition),
        count,
        value: maximumDefinition,
      });
      if (!facts) return brokenLevels;
      present = facts.equal;
    }
    if (number('8.3') !== starts || count - number('8.2') !== present)
      return 'a page whose header miscounts it';
    const body = packed.subarray(levelSize);
    // Absent means packed.
    const page = number('8.7') === 0 ? body : chunk.unpack(body, unpackedSize - levelSize);
    return checkValues(page, 0, present, encoding, false) ?? starts;
  }

  /** What is wrong with the values of a page, if anything: the other encodings stop where the bytes do. */
  function checkValues(
    page: Uint8Array,
    start: number,
    count: number,
    encoding: number,
    isFirstVersion: boolean,
  ): string | undefined {
    if (encoding !== RLE && encoding !== PLAIN_DICTIONARY && encoding !== RLE_DICTIONARY) return undefined;
    if (count === 0) return undefined;
    if ((encoding === RLE) !== chunk.isBoolean) return 'a page whose encoding does not go with its type';
    const width = chunk.isBoolean ? 1 : page[start];
    // Without bits every value is the first one of the dictionary, and the first version has no runs then.
    if (width === 0 && isFirstVersion) return undefined;
    const first = chunk.isBoolean ? start + 4 : start + 1;
    if (width === undefined || !checkRuns(page, first, { width, count }))
      return 'a page whose values are broken';
    return undefined;
  }
}

const brokenLevels = 'a page whose levels are broken';

function bitsOf(maximum: number): number {
  return 32 - Math.clz32(maximum);
}

function readLength(page: Uint8Array, place: number): number | undefined {
  if (place + 4 > page.length) return undefined;
  const length = new DataView(page.buffer, page.byteOffset).getUint32(place, true);
  return length <= page.length - place - 4 ? length : undefined;
}
