import path from 'node:path';
import type { Checked } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import { isPattern, matchingFiles } from './matching-files.ts';

export interface DataSources {
  readonly file?: string;
  readonly path?: string;
  readonly dataFiles?: string | readonly string[];
}

/**
 * The files that `file`, `path` and `data_files` name, in this order, each file once (spec 02 §1.8). One that is missing
 * does not count beside others; T310 when none is there.
 */
export async function findDataFiles(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  { file, path: folderOrFile, dataFiles }: DataSources,
): Promise<Checked<readonly string[]>> {
  const tried: string[] = [];
  const folders: string[] = [];
  const found: string[] = [];
  if (file) {
    const full = await resolvePath(file);
    const kind = (await files.facts(full))?.kind;
    if (kind === 'file') found.push(full);
    else if (kind === 'folder') folders.push(`${full} is a folder; dataset.path takes folders.`);
    else tried.push(full);
  }
  if (folderOrFile) {
    const full = await resolvePath(folderOrFile);
    const kind = (await files.facts(full))?.kind;
    if (kind === 'file') found.push(full);
    else if (kind !== 'folder') tried.push(full);
    else {
      const inside = await filesOfFolder(files, full);
      found.push(...inside);
      if (inside.length === 0)
        folders.push(`The folder ${full} has no data files: *.jsonl or others that are read.`);
    }
  }
  if (dataFiles) {
    for (const name of typeof dataFiles === 'string' ? [dataFiles] : dataFiles) {
      const full = await resolvePath(name);
      const kind = (await files.facts(full))?.kind;
      if (kind === 'file') found.push(full);
      else if (kind === 'folder') folders.push(`${full} is a folder; dataset.path takes folders.`);
      else {
        tried.push(full);
        if (isPattern(name)) found.push(...(await matchingFiles(files, full)));
      }
    }
  }
  const distinct = [...new Set(found)];
  if (distinct.length > 0) return { value: distinct, findings: [] };
  const problems = [...folders];
  if (tried.length > 0) {
    problems.push(
      `No data file at ${tried.join(' or ')}. Relative paths start at the folder of the config file.`,
    );
  }
  const message =
    problems.length > 0
      ? problems.join(' ')
      : 'Local data needs dataset.file, dataset.path or dataset.data_files.';
  return {
    value: undefined,
    findings: [
      {
        code: 'T310',
        severity: 'error',
        message,
        pointer: file ? '/dataset/file' : folderOrFile ? '/dataset/path' : '/dataset/data_files',
      },
    ],
  };
}

/** What a folder stands for: its files of the first kind that it has any of, JSON Lines before all (spec 02 §1.8). */
const kindsInFolder = [
  /\.jsonl$/u,
  /\.(?:jsonl\.gz|ndjson|ndjson\.gz)$/u,
  /\.parquet$/u,
  /\.csv(?:\.gz)?$/u,
  /\.tsv(?:\.gz)?$/u,
  /\.txt(?:\.gz)?$/u,
];

async function filesOfFolder(files: FileReader, folder: string): Promise<readonly string[]> {
  const names = (await files.list(folder)).filter((name) => !name.startsWith('.'));
  const kind = kindsInFolder.find((ending) => names.some((name) => ending.test(name)));
  return kind ? names.filter((name) => kind.test(name)).map((name) => path.join(folder, name)) : [];
}
