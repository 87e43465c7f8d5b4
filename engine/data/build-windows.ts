import type { Checked } from '../core/findings.ts';
import type { DataText, EvaluationWindow, WindowSchedule } from './data-types.ts';
import { type ArmCounts, distinctCounts } from './distinct-counts.ts';
import { ignoredLabel } from './mask-tokens.ts';
import { type EncodeText, padded, takeWindows, type WindowRequest } from './take-windows.ts';
import { type DataPair, fill } from './text-windows.ts';

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
  const { seqLen } = request;
  const windows = takeWindows(texts, request, {
    noun: 'texts',
    need: 'at least two tokens',
    windowOf: ({ text }) => {
      const ids = encode(text, seqLen).slice(0, seqLen);
      // A causal loss needs one token to predict from and one to predict, so shorter texts give no window.
      return ids.length >= 2 ? padded(ids, seqLen, request.padId) : undefined;
    },
  });
  return withoutDuplicates(windows, request);
}

/**
 * Windows of pairs for sequence-to-sequence models, in both arms (spec 02 §1.7, EQ-01): the source is read, the target's
 * tokens are the labels. Fails as `buildWindows` does.
 */
export function buildPairWindows(
  pairs: readonly DataPair[],
  encode: EncodeText,
  request: WindowRequest,
): Checked<WindowSchedule> {
  const { seqLen } = request;
  const windows = takeWindows(pairs, request, {
    noun: 'pairs',
    need: 'tokens on both sides',
    windowOf: ({ source, target }) => {
      const [ids, targetIds] = [source, target].map((text) => encode(text, seqLen).slice(0, seqLen));
      if (!ids?.length || !targetIds?.length) return undefined;
      return { ...padded(ids, seqLen, request.padId), labels: fill(targetIds, seqLen, ignoredLabel) };
    },
  });
  return withoutDuplicates(windows, request);
}

/** The attended tokens as a text: equal for equal windows. */
export function attendedKey({
  inputIds,
  attentionMask,
}: Pick<EvaluationWindow, 'inputIds' | 'attentionMask'>): string {
  return inputIds.filter((_, at) => attentionMask[at] === 1).join(',');
}

function withoutDuplicates(
  taken: Checked<readonly EvaluationWindow[]>,
  request: WindowRequest,
): Checked<WindowSchedule> {
  if (!taken.value) return { value: undefined, findings: taken.findings };
  const windows = taken.value;
  return distinctSchedule(request, ({ previewN, finalN }) => ({
    preview: windows.slice(0, previewN),
    final: windows.slice(previewN, previewN + finalN),
  }));
}

/** The windows that `windowsOf` gives for counts at which no two are equal; it is asked once per attempt. */
export function distinctSchedule(
  requested: ArmCounts,
  windowsOf: (counts: ArmCounts) => Pick<WindowSchedule, 'preview' | 'final'>,
): Checked<WindowSchedule> {
  const counts = distinctCounts(requested, (attempt) => {
    const { preview, final } = windowsOf(attempt);
    return [...preview, ...final].map(attendedKey);
  });
  if (!counts.value) return { value: undefined, findings: counts.findings };
  const { adjustment } = counts.value;
  const value: WindowSchedule = {
    ...windowsOf(counts.value),
    ...(adjustment ? { dedupeAdjustment: adjustment } : {}),
  };
  return { value, findings: [] };
}
