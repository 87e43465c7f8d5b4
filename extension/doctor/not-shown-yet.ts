import type { EditorPosition, MeasuredFinding } from './doctor-report.ts';

/** A diagnostic that somebody else shows: its code, and where it begins. */
export interface ShownDiagnostic {
  readonly code: string;
  readonly start: EditorPosition;
}

/**
 * The measured findings that the language server does not show already: it computes what can be told from the text, and
 * marks only the first line of a range, so the beginning is compared. Findings that several runs made count once.
 */
export function notShownYet(
  findings: readonly MeasuredFinding[],
  shown: readonly ShownDiagnostic[],
): readonly MeasuredFinding[] {
  const seen = new Set(shown.map(({ code, start }) => placeName(code, start)));
  return findings.filter((finding) => {
    const { code, engineCode, message, place } = finding;
    if ([code, engineCode].some((one) => seen.has(placeName(one, place.start)))) return false;
    const own = `${placeName(code, place.start)} ${message}`;
    if (seen.has(own)) return false;
    seen.add(own);
    return true;
  });
}

function placeName(code: string, { line, character }: EditorPosition): string {
  return `${code} ${line}:${character}`;
}
