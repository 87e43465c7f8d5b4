import path from 'node:path';
import type { Checked, Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { DataText } from '../data-types.ts';
import { readLines } from './read-lines.ts';

export interface LocalJsonlOptions {
  readonly file?: string;
  readonly path?: string;
  readonly dataFiles?: string | readonly string[];
  /** Field that holds the text; default `text`. */
  readonly textField?: string;
  /** Texts kept at most; default 2,000. */
  readonly maxSamples?: number;
}

/**
 * Texts of local JSON Lines files (spec 02 §1.8): the first of `file`, `path`, `data_files` that names something, read in
 * order. Lines that cannot be used are skipped, counted and reported (EQ-15); relative paths go through `resolvePath`.
 *
 * Fails with T310 when no file is there and with E306 when no line has a usable text.
 */
export async function localJsonl(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  options: LocalJsonlOptions,
): Promise<Checked<readonly DataText[]>> {
  const sources = await findSources(files, resolvePath, options);
  if (!sources.value) return { value: undefined, findings: sources.findings };
  const findings: Finding[] = [];
  const texts: DataText[] = [];
  const limit = options.maxSamples ?? 2000;
  const field = options.textField || 'text';
  let rowIndex = 0;
  for (const source of sources.value) {
    const skipped: Skipped = { count: 0, firstLine: 0, reason: '' };
    let lineNumber = 0;
    for await (const line of readLines(files, source)) {
      lineNumber += 1;
      if (texts.length >= limit) break;
      if (line.kind === 'text' && line.text.trim() === '') continue;
      const row = line.kind === 'text' ? readRow(line.text, field) : { problem: line.problem };
      if (row.problem === undefined) texts.push({ text: row.text, rowIndex });
      else note(skipped, lineNumber, row.problem);
      rowIndex += 1;
    }
    if (skipped.count > 0) {
      findings.push({
        code: 'T311',
        severity: 'warning',
        message: `${skipped.count} of ${lineNumber} lines of ${source} were skipped; the first is line ${skipped.firstLine}: ${skipped.reason}.`,
        file: source,
      });
    }
  }
  if (texts.length === 0) {
    const names = sources.value.join(', ');
    findings.push({
      code: 'E306',
      severity: 'error',
      message: `No line of ${names} has a non-blank string in the field "${field}".`,
      pointer: '/dataset/text_field',
    });
    return { value: undefined, findings };
  }
  return { value: texts, findings };
}

interface Skipped {
  count: number;
  firstLine: number;
  reason: string;
}

function note(skipped: Skipped, lineNumber: number, reason: string): void {
  if (skipped.count === 0) {
    skipped.firstLine = lineNumber;
    skipped.reason = reason;
  }
  skipped.count += 1;
}

function readRow(line: string, field: string): { text: string; problem?: undefined } | { problem: string } {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return { problem: 'not valid JSON' };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { problem: 'not a JSON object' };
  const text = fieldOf(row, field);
  if (typeof text !== 'string') return { problem: `no string in the field "${field}"` };
  if (text.trim() === '') return { problem: `a blank text in the field "${field}"` };
  return { text };
}

/** The literal key first, then a dotted path (spec 02 EQ-20). */
function fieldOf(row: object, field: string): unknown {
  if (Object.hasOwn(row, field)) return (row as Record<string, unknown>)[field];
  let value: unknown = row;
  for (const key of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

async function findSources(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  { file, path: folderOrFile, dataFiles }: LocalJsonlOptions,
): Promise<Checked<readonly string[]>> {
  const tried: string[] = [];
  const found: string[] = [];
  if (file) {
    const full = await resolvePath(file);
    tried.push(full);
    if ((await files.facts(full))?.kind === 'file') found.push(full);
  }
  if (found.length === 0 && folderOrFile) {
    const full = await resolvePath(folderOrFile);
    tried.push(full);
    const facts = await files.facts(full);
    if (facts?.kind === 'file') found.push(full);
    if (facts?.kind === 'folder') found.push(...(await matching(files, full, '*.jsonl')));
  }
  if (found.length === 0 && dataFiles) {
    for (const name of typeof dataFiles === 'string' ? [dataFiles] : dataFiles) {
      const full = await resolvePath(name);
      tried.push(full);
      if ((await files.facts(full))?.kind === 'file') found.push(full);
      else if (path.basename(full).includes('*'))
        found.push(...(await matching(files, path.dirname(full), path.basename(full))));
    }
  }
  const distinct = [...new Set(found)];
  if (distinct.length > 0) return { value: distinct, findings: [] };
  const message =
    tried.length > 0
      ? `No data file at ${tried.join(' or ')}. Relative paths start at the folder of the config file.`
      : 'The provider local_jsonl needs dataset.file, dataset.path or dataset.data_files.';
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
