import type { FileReader } from '../../core/ports.ts';
import { fileChunks } from '../formats/byte-chunks.ts';
import { byteLines, textOfLine } from '../formats/byte-lines.ts';
import { dataLimits } from '../formats/data-item.ts';

/** Lines of a UTF-8 file without reading it whole; undefined for one that is not UTF-8 or absurdly long. */
export async function* readLines(files: FileReader, file: string): AsyncGenerator<string | undefined> {
  for await (const line of byteLines(fileChunks(files, file), dataLimits.rowBytes))
    yield line && textOfLine(line);
}
