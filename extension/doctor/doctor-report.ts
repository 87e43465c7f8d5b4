/** A place in a text as an editor counts: lines and columns from 0. */
export interface EditorPlace {
  readonly file: string;
  readonly start: EditorPosition;
  readonly end: EditorPosition;
}

export interface EditorPosition {
  readonly line: number;
  readonly character: number;
}

/** A finding of `invarlock doctor --json` that some line of a text leads to. */
export interface MeasuredFinding {
  readonly code: string;
  /** The engine's own code, where the doctor uses one of the Python tool's. */
  readonly engineCode: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly docs: string | undefined;
  readonly place: EditorPlace;
}

/**
 * The findings of a doctor-v1 object that have a place: their own, or that of the line that leads to them. Undefined for
 * output that is no such object.
 *
 * @example readDoctorReport('{"format_version":"doctor-v1","findings":[]}') // []
 */
export function readDoctorReport(output: string): readonly MeasuredFinding[] | undefined {
  let report: unknown;
  try {
    report = JSON.parse(output);
  } catch {
    return undefined;
  }
  if (!isObject(report) || report.format_version !== 'doctor-v1' || !Array.isArray(report.findings))
    return undefined;
  return report.findings.flatMap((finding) => measured(finding) ?? []);
}

function measured(finding: unknown): MeasuredFinding | undefined {
  if (!isObject(finding)) return undefined;
  const { code, severity, message, docs, engine_code: engineCode, cause } = finding;
  const place = placeOf(cause) ?? placeOf(finding);
  if (!place || typeof code !== 'string' || typeof message !== 'string') return undefined;
  if (severity !== 'error' && severity !== 'warning' && severity !== 'note') return undefined;
  return {
    code,
    engineCode: typeof engineCode === 'string' ? engineCode : code,
    severity,
    message,
    docs: typeof docs === 'string' ? docs : undefined,
    place,
  };
}

function placeOf(given: unknown): EditorPlace | undefined {
  if (!isObject(given) || typeof given.file !== 'string' || !isObject(given.range)) return undefined;
  const start = positionOf(given.range.start);
  const end = positionOf(given.range.end);
  return start && end ? { file: given.file, start, end } : undefined;
}

/** The command line counts from 1. */
function positionOf(given: unknown): EditorPosition | undefined {
  if (!isObject(given)) return undefined;
  const { line, column } = given;
  if (typeof line !== 'number' || typeof column !== 'number') return undefined;
  return { line: Math.max(0, line - 1), character: Math.max(0, column - 1) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
