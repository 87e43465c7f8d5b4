import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import { snappyUncompress } from 'hyparquet';

type Unpack = (packed: Uint8Array, sizeBytes: number) => Uint8Array;

/**
 * How the pages of Parquet files are packed, by hyparquet's names. Each gives no more than the bytes that it is asked for,
 * whatever the page says of itself. The two forms of LZ4 are missing: nothing writes them unless told to.
 */
export const unpackPage: Readonly<Record<string, Unpack>> = {
  UNCOMPRESSED: (packed) => packed,
  SNAPPY: (packed, sizeBytes) => {
    const page = new Uint8Array(sizeBytes);
    snappyUncompress(packed, page);
    return page;
  },
  GZIP: (packed, sizeBytes) => gunzipSync(packed, { maxOutputLength: sizeBytes + 1 }),
  BROTLI: (packed, sizeBytes) => brotliDecompressSync(packed, { maxOutputLength: sizeBytes + 1 }),
  // Into bytes that are there already: by itself it would make as many as the page's frames say.
  ZSTD: (packed, sizeBytes) =>
    sizeBytes === 0 ? new Uint8Array() : decompressZstd(packed, new Uint8Array(sizeBytes)),
};
