import path from 'node:path';
import type { Checked } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import { readLines } from './read-lines.ts';

/** Names of a split's file in the corpus' own archive. */
const RAW_NAMES: Readonly<Record<string, string>> = {
  train: 'wiki.train.raw',
  validation: 'wiki.valid.raw',
  test: 'wiki.test.raw',
};

/**
 * The first `limit` rows of a split of WikiText-2 (spec 02 §1.4) from a folder that holds it: the files of the corpus' own archive
 * (`wiki.valid.raw`), or `validation.jsonl` with a `text` in each line, there or in `wikitext-2-raw-v1` below.
 *
 * T310 when the folder has neither; nothing is downloaded.
 */
export async function wikitext2Rows(
  files: FileReader,
  cacheFolder: string | undefined,
  split: string,
  limit: number,
): Promise<Checked<readonly string[]>> {
  const names = [RAW_NAMES[split], `${split}.txt`, `${split}.jsonl`].filter((name) => name !== undefined);
  const folders = cacheFolder === undefined ? [] : [cacheFolder, path.join(cacheFolder, 'wikitext-2-raw-v1')];
  for (const file of folders.flatMap((folder) => names.map((name) => path.join(folder, name)))) {
    if ((await files.facts(file))?.kind !== 'file') continue;
    return { value: await rowsOf(files, file, limit), findings: [] };
  }
  const message =
    cacheFolder === undefined
      ? 'The provider wikitext2 reads a local copy of WikiText-2: name its folder in dataset.cache_dir.'
      : `${cacheFolder} has no copy of WikiText-2: it needs ${names.join(' or ')}.`;
  return {
    value: undefined,
    findings: [{ code: 'T310', severity: 'error', message, pointer: '/dataset/cache_dir' }],
  };
}

async function rowsOf(files: FileReader, file: string, limit: number): Promise<string[]> {
  const rows: string[] = [];
  for await (const line of readLines(files, file)) {
    if (rows.length >= limit) break;
    // A line that cannot be read is a row without text, so that the places of the others stay true.
    const text = line ?? '';
    rows.push(file.endsWith('.jsonl') ? textOf(text) : text);
  }
  return rows;
}

function textOf(line: string): string {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null && 'text' in row && typeof row.text === 'string'
      ? row.text
      : '';
  } catch {
    return '';
  }
}
