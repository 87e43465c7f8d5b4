import type { Checked, Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import { findJsonlFiles, type JsonlSources } from './find-jsonl-files.ts';
import { readLines } from './read-lines.ts';

export interface JsonlOptions extends JsonlSources {
  /** Rows kept at most; default 2,000. */
  readonly maxSamples?: number;
}

/** A row that can be used, or why it cannot. */
export type JsonlRow<T> = { readonly value: T } | { readonly problem: string };

/**
 * Reads the rows of local JSON Lines files in order (spec 02 §1.8). Lines that cannot be used are skipped, counted and
 * reported (EQ-15); relative paths go through `resolvePath`. T310 when no file is there, `empty` when no row is usable.
 */
export async function readJsonl<T>(
  files: FileReader,
  resolvePath: (name: string) => Promise<string>,
  options: JsonlOptions,
  rowOf: (row: unknown, rowIndex: number) => JsonlRow<T>,
  empty: (names: string) => Finding,
): Promise<Checked<readonly T[]>> {
  const sources = await findJsonlFiles(files, resolvePath, options);
  if (!sources.value) return { value: undefined, findings: sources.findings };
  const findings: Finding[] = [];
  const rows: T[] = [];
  const limit = options.maxSamples ?? 2000;
  let rowIndex = 0;
  for (const source of sources.value) {
    const skipped: Skipped = { count: 0, firstLine: 0, reason: '' };
    let lineNumber = 0;
    for await (const line of readLines(files, source)) {
      lineNumber += 1;
      if (rows.length >= limit) break;
      if (line.kind === 'text' && line.text.trim() === '') continue;
      const row = line.kind === 'text' ? parsed(line.text, rowIndex, rowOf) : { problem: line.problem };
      if ('value' in row) rows.push(row.value);
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
  if (rows.length > 0) return { value: rows, findings };
  return { value: undefined, findings: [...findings, empty(sources.value.join(', '))] };
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

function parsed<T>(
  line: string,
  rowIndex: number,
  rowOf: (row: unknown, rowIndex: number) => JsonlRow<T>,
): JsonlRow<T> {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return { problem: 'not valid JSON' };
  }
  return rowOf(row, rowIndex);
}
