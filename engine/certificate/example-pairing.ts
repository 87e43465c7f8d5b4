import type { Finding } from '../core/findings.ts';
import { type IdentifiedOutcome, identifiedOutcomes } from '../metrics/accuracy.ts';
import type { RunReport, WindowRecords } from '../report/run-report.ts';

/** Outcomes of an arm's examples; undefined where the data had no labels. */
export function recordedOutcomes(windows: WindowRecords): readonly IdentifiedOutcome[] | undefined {
  return windows.examples && identifiedOutcomes(windows.window_ids, windows.examples);
}

/**
 * Both models answered the same questions, by id and digest of prompt, choices and right answer: E001 otherwise, in every
 * profile, because answers to other questions say nothing about a change.
 */
export function exampleFindings(subject: RunReport, baseline: RunReport): readonly Finding[] {
  return (['preview', 'final'] as const).flatMap((arm) => {
    const ours = recordedOutcomes(subject.evaluation_windows[arm]) ?? [];
    const theirs = recordedOutcomes(baseline.evaluation_windows[arm]) ?? [];
    const id = otherQuestion(ours, theirs);
    if (id === undefined) return [];
    const pointer = `/evaluation_windows/${arm}/examples`;
    const message = `The ${arm} examples of subject and baseline are not the same questions: they differ first at the id ${id}.`;
    return [{ code: 'E001', severity: 'error', pointer, message } as const];
  });
}

/** The first id of which the two lists ask different questions, or that one of them lacks. */
export function otherQuestion(
  ours: readonly IdentifiedOutcome[],
  theirs: readonly IdentifiedOutcome[],
): number | undefined {
  const byId = new Map(theirs.map(({ id, digest }) => [id, digest]));
  const other = ours.find(({ id, digest }) => byId.get(id) !== digest);
  if (other) return other.id;
  const asked = new Set(ours.map(({ id }) => id));
  return theirs.find(({ id }) => !asked.has(id))?.id;
}
