import path from 'node:path';
import type { Checked } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';

export interface JsonlSources {
  readonly file?: string;
  readonly path?: string;
  readonly dataFiles?: string | readonly string[];
}

/**
 * The files that `file`, `path` and `data_files` name, in this order, each file once (spec 02 §1.8). One that is missing
 * does not count beside others; T310 when none is there.
 */
export async function findJsonlFiles(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  { file, path: folderOrFile, dataFiles }: JsonlSources,
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
      const inside = await matching(files, full, '*.jsonl');
      found.push(...inside);
      if (inside.length === 0) folders.push(`The folder ${full} has no file *.jsonl.`);
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
        if (path.basename(full).includes('*'))
          found.push(...(await matching(files, path.dirname(full), path.basename(full))));
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

/** Files of a folder whose name matches a pattern with `*`, sorted (spec 02 EQ-16). */
async function matching(files: FileReader, folder: string, pattern: string): Promise<string[]> {
  if ((await files.facts(folder))?.kind !== 'folder') return [];
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 'u');
  const names = (await files.list(folder)).filter((name) => expression.test(name));
  return names.map((name) => path.join(folder, name));
}
