import type { Checked, Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { DataText } from '../data-types.ts';
import { findJsonlFiles, type JsonlSources } from './find-jsonl-files.ts';
import { readLines } from './read-lines.ts';

export interface LocalJsonlOptions extends JsonlSources {
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
  const sources = await findJsonlFiles(files, resolvePath, options);
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
