import type { Checked, Finding } from '../core/findings.ts';
import { plainValue } from '../core/json-node.ts';
import { readJson } from '../core/json-reader.ts';
import type { FileReader } from '../core/ports.ts';
import { locateReport } from '../report/locate-report.ts';
import type { RunReport } from '../report/run-report.ts';
import { validateReport } from '../report/validate-report.ts';

const MAX_BYTES = 512 << 20;

/**
 * A baseline report to reuse: a file, a run folder with `report.json`, or a folder of runs, of which the newest counts
 * (spec 01 §3.3). Reports of the Python tool are read too, with their NaN tokens.
 */
export async function readBaselineReport(files: FileReader, named: string): Promise<Checked<RunReport>> {
  const file = await locateReport(files, named, 'source');
  if (!file) {
    return refused(
      'U703',
      `There is no report at ${named}. Name a report.json, its folder, or the folder of the runs.`,
      named,
    );
  }
  const sizeBytes = (await files.facts(file))?.sizeBytes ?? 0;
  if (sizeBytes > MAX_BYTES)
    return refused('U709', `${file} has ${sizeBytes} bytes; the limit is ${MAX_BYTES}.`, file);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await files.readBytes(file));
  } catch {
    return refused('U709', `${file} is not a UTF-8 text.`, file);
  }
  const read = readJson(text, { mode: 'lenient', file });
  if (!read.value) return { value: undefined, findings: read.findings };
  const checked = validateReport(plainValue(read.value));
  if (!checked.value)
    return { value: undefined, findings: checked.findings.map((finding) => ({ ...finding, file })) };
  const windows = windowFindings(checked.value, file);
  return { value: windows.length === 0 ? checked.value : undefined, findings: windows };
}

/** Both arms need ids and tokens of equal number, or nothing can be paired. */
function windowFindings(report: RunReport, file: string): Finding[] {
  for (const arm of ['preview', 'final'] as const) {
    const windows = report.evaluation_windows?.[arm];
    const ids = windows?.window_ids?.length ?? 0;
    if (ids > 0 && ids === windows?.input_ids?.length && ids === windows.logloss?.length) continue;
    const message = `The ${arm} arm of ${file} does not hold ids, tokens and losses of its windows, so nothing can be paired with it.`;
    return [{ code: 'U709', severity: 'error', message, file, pointer: `/evaluation_windows/${arm}` }];
  }
  return [];
}

function refused(code: 'U703' | 'U709', message: string, file: string): Checked<RunReport> {
  return { value: undefined, findings: [{ code, severity: 'error', message, file }] };
}
