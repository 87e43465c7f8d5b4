import { InvarLockError } from '../core/errors.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { type JsonNode, plainValue } from '../core/json-node.ts';
import { readJson } from '../core/json-reader.ts';
import type { FileReader } from '../core/ports.ts';
import { locateReport } from '../report/locate-report.ts';
import type { RunReport } from '../report/run-report.ts';
import { validateReport } from '../report/validate-report.ts';
import { readTextFile } from './read-text-file.ts';

/** A JSON file as text, with places, and as plain data. */
export interface JsonFile {
  readonly file: string;
  readonly text: string;
  readonly root: JsonNode;
  readonly value: unknown;
}

/** A report with its windows is larger than any certificate. */
const MAX_BYTES = 512 << 20;

/** A certificate or report, read leniently because the reference writes NaN tokens (spec 04 §5.6). Never throws. */
export async function readJsonFile(files: FileReader, file: string): Promise<Checked<JsonFile>> {
  let text: string;
  try {
    text = await readTextFile(files, file, MAX_BYTES);
  } catch (error) {
    return { value: undefined, findings: [readFinding(file, error)] };
  }
  const { value: root, findings } = readJson(text, { mode: 'lenient', file });
  if (!root || hasErrors(findings)) return { value: undefined, findings };
  return { value: { file, text, root, value: plainValue(root) }, findings };
}

/** The run report at a path, or in the folder at that path (see `locateReport`). */
export async function readRunReport(
  files: FileReader,
  named: string,
  arm: 'source' | 'edited',
): Promise<Checked<JsonFile & { readonly report: RunReport }>> {
  const file = await locateReport(files, named, arm);
  if (file === undefined) {
    const message = `There is no report at ${named}. Name a report.json, its folder, or the folder of the runs.`;
    return { value: undefined, findings: [{ code: 'U703', severity: 'error', message, file: named }] };
  }
  const read = await readJsonFile(files, file);
  if (!read.value) return { value: undefined, findings: read.findings };
  const checked = validateReport(read.value.value);
  const findings = [...read.findings, ...checked.findings.map((finding) => ({ ...finding, file }))];
  return { value: checked.value && { ...read.value, report: checked.value }, findings };
}

function readFinding(file: string, error: unknown): Finding {
  if (error instanceof InvarLockError) {
    return { code: error.code, severity: 'error', message: error.message, file };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'U703', severity: 'error', message: `${file} cannot be read: ${reason}`, file };
}
