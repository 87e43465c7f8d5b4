import type { EditorPlace, MeasuredFinding } from './doctor-report.ts';

/** One change of a text: the lines it replaced, and how many lines it put there. */
export interface LineChange {
  readonly startLine: number;
  readonly endLine: number;
  /** Line breaks in the new text. */
  readonly lineBreaks: number;
}

/**
 * What still holds after a change: findings on the lines that changed are gone, because nobody has measured what stands
 * there now; those below move with their lines.
 *
 * @example stillMeasured(findings, { startLine: 3, endLine: 3, lineBreaks: 1 }) // what stood on line 9 stands on line 10
 */
export function stillMeasured(
  findings: readonly MeasuredFinding[],
  change: LineChange,
): readonly MeasuredFinding[] {
  const moved = change.lineBreaks - (change.endLine - change.startLine);
  return findings.flatMap((finding) => {
    const { start, end } = finding.place;
    if (end.line < change.startLine) return [finding];
    if (start.line <= change.endLine) return [];
    return [moved === 0 ? finding : { ...finding, place: shifted(finding.place, moved) }];
  });
}

function shifted({ file, start, end }: EditorPlace, lines: number): EditorPlace {
  const down = ({ line, character }: EditorPlace['start']) => ({ line: line + lines, character });
  return { file, start: down(start), end: down(end) };
}
