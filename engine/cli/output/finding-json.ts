import { docsUrl } from '../../codes/index.ts';
import type { Finding } from '../../core/findings.ts';
import { lineAndColumn } from '../../core/line-and-column.ts';

/** A finding as the JSON envelopes show it: its place as lines and columns, and its page. */
export function findingJson(finding: Finding, textOf: (file: string) => string | undefined) {
  const { code, severity, message, reason } = finding;
  return {
    code,
    severity,
    message,
    ...(reason !== undefined && { reason }),
    ...placeJson(finding, textOf),
    docs: docsUrl(code),
  };
}

/** A place as its setting, its file, and its lines and columns. */
export function placeJson(
  { pointer, file, range }: Pick<Finding, 'pointer' | 'file' | 'range'>,
  textOf: (file: string) => string | undefined,
) {
  const text = file === undefined ? undefined : textOf(file);
  return {
    field: pointer ? pointer.slice(1).replaceAll('/', '.') : null,
    file: file ?? null,
    range:
      text !== undefined && range
        ? { start: lineAndColumn(text, range.start), end: lineAndColumn(text, range.end) }
        : null,
  };
}

/** How many findings there are of each severity. */
export function findingCounts(findings: readonly Finding[]) {
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  return { errors: count('error'), warnings: count('warning'), notes: count('note') };
}
