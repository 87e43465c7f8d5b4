import type { Checked } from '../core/findings.ts';
import type { DataText, EvaluationWindow, WindowSchedule } from './data-types.ts';
import { distinctCounts } from './distinct-counts.ts';
import { takeTexts } from './take-texts.ts';

export interface WindowRequest {
  readonly previewN: number;
  readonly finalN: number;
  readonly seqLen: number;
  readonly padId: number;
}

/** Token ids of a text, at most so many. */
export type EncodeText = (text: string, maximumLength: number) => readonly number[];

/**
 * Preview and final windows of a provider that takes rows in order (spec 02 §1.8, §2.5): preview are the first
 * `previewN` usable texts, final the next `finalN`. Equal windows are removed by shrinking both arms (§2.5.3).
 *
 * Fails with E303 when there are fewer texts than windows, E304 when too few give a usable window, T320 when duplicates
 * cannot be removed above the floor.
 */
export function buildWindows(
  texts: readonly DataText[],
  encode: EncodeText,
  request: WindowRequest,
): Checked<WindowSchedule> {
  // A causal loss needs one token to predict from and one to predict, so shorter texts give no window.
  const usable = takeTexts(texts, encode, request, {
    isUsable: (ids) => ids.length >= 2,
    need: 'at least two tokens',
  });
  if (!usable.value) return { value: undefined, findings: usable.findings };
  const windows = usable.value;
  const counts = distinctCounts(request, ({ previewN, finalN }) =>
    windows.slice(0, previewN + finalN).map(attendedKey),
  );
  if (!counts.value) return { value: undefined, findings: counts.findings };
  const { previewN, finalN, adjustment } = counts.value;
  const value: WindowSchedule = {
    preview: windows.slice(0, previewN),
    final: windows.slice(previewN, previewN + finalN),
    ...(adjustment ? { dedupeAdjustment: adjustment } : {}),
  };
  return { value, findings: [] };
}

/** The attended tokens as a text: equal for equal windows. */
export function attendedKey({
  inputIds,
  attentionMask,
}: Pick<EvaluationWindow, 'inputIds' | 'attentionMask'>): string {
  return inputIds.filter((_, at) => attentionMask[at] === 1).join(',');
}
