import type { RuleView } from './rule.ts';

/** Both arms hold the same number of windows (spec 01 §2.1). */
export function equalCounts(view: RuleView): void {
  const previewN = view.number('/dataset/preview_n');
  const finalN = view.number('/dataset/final_n');
  if (previewN === undefined || finalN === undefined || previewN === finalN) return;
  // The schema speaks of what is no count.
  if (!Number.isInteger(previewN) || !Number.isInteger(finalN)) return;
  const fix = view.replaceFix('/dataset/final_n', `Set final_n to ${previewN}`, String(previewN));
  const message = `final_n is ${finalN} and preview_n is ${previewN}. Both arms need the same number of windows.`;
  view.report('/dataset/final_n', 'value', 'C131', 'error', message, {
    expected: previewN,
    actual: finalN,
    ...(fix && { fix }),
  });
}
