import type { Files } from '../../core/ports.ts';

export type ScratchFiles = Pick<Files, 'append' | 'readBytes' | 'remove'>;

/** Hidden states of one model by window, mostly on the disk. */
export interface HiddenScratch {
  store(id: number, rows: Uint8Array): Promise<void>;
  /** Undefined when nothing was stored under the id. */
  read(id: number): Promise<Uint8Array | undefined>;
  /** Waits for what is being written and removes the file. */
  close(): Promise<void>;
}

/** To open a file takes longer than to write a window into it. */
const usualBlockBytes = 4 << 20;

interface Block {
  readonly offset: number;
  readonly lengthBytes: number;
}

interface Place {
  readonly block: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Windows are gathered into blocks, which are written while the next one is filled; the last one never leaves the
 * memory. Windows are read in the order in which they were stored, so every block is read once.
 */
export function openHiddenScratch(
  files: ScratchFiles,
  file: string,
  blockBytes = usualBlockBytes,
): HiddenScratch {
  const places = new Map<number, Place>();
  const blocks: Block[] = [];
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let writtenBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  let loaded: { readonly block: number; readonly bytes: Uint8Array } | undefined;

  const write = async (bytes: Uint8Array, isFirst: boolean): Promise<void> => {
    // What an earlier run left behind, which was killed, is no part of this one.
    if (isFirst) await files.remove(file);
    await files.append(file, bytes);
  };
  const bytesOf = async (block: number): Promise<Uint8Array> => {
    const place = blocks[block];
    if (!place) return Buffer.concat(gathered);
    await writing;
    return files.readBytes(file, { offset: place.offset, length: place.lengthBytes });
  };

  return {
    async store(id, rows) {
      const start = gatheredBytes;
      gathered.push(rows);
      gatheredBytes += rows.byteLength;
      places.set(id, { block: blocks.length, start, end: gatheredBytes });
      if (gatheredBytes < blockBytes) return;
      const block = { offset: writtenBytes, lengthBytes: gatheredBytes };
      const bytes = Buffer.concat(gathered);
      gathered = [];
      gatheredBytes = 0;
      writtenBytes += block.lengthBytes;
      // One block at a time is on its way, so that no more than two are in memory.
      await writing;
      blocks.push(block);
      writing = write(bytes, blocks.length === 1);
      // Who stores or reads next sees the failure.
      writing.catch(() => {});
    },
    async read(id) {
      const place = places.get(id);
      if (!place) return undefined;
      const { block, start, end } = place;
      if (loaded?.block !== block) loaded = { block, bytes: await bytesOf(block) };
      return loaded.bytes.subarray(start, end);
    },
    async close() {
      await writing.catch(() => undefined);
      gathered = [];
      loaded = undefined;
      await files.remove(file);
    },
  };
}
