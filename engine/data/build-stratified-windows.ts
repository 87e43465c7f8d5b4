import type { Checked, Finding } from '../core/findings.ts';
import { type ArmWindows, maskedSchedule } from './build-masked-windows.ts';
import { distinctSchedule } from './build-windows.ts';
import type { EvaluationWindow, WindowSchedule } from './data-types.ts';
import type { ArmCounts } from './distinct-counts.ts';
import type { MaskingOptions, MaskingVocabulary } from './mask-tokens.ts';
import {
  type Encode,
  rowsToRead,
  type StratifiedSelection,
  selectStratified,
  type TokenizedCandidate,
} from './stratified-windows.ts';
import { padded, type WindowRequest } from './take-windows.ts';
import { usableTexts } from './usable-texts.ts';

export interface StratifiedRequest extends WindowRequest {
  readonly seed: number;
  /** INVARLOCK_DEDUP_TEXTS: equal texts count once. */
  readonly dedupe?: boolean;
  /** For masked models. */
  readonly masked?: { readonly vocabulary: MaskingVocabulary; readonly masking: MaskingOptions };
}

/**
 * The windows of a corpus of which the provider selects (spec 02 §2.3, §2.5.3): equally hard arms, selected again with smaller
 * counts while windows repeat. Fails as `selectStratified` does, and with T320.
 */
export function buildStratifiedWindows(
  rows: readonly unknown[],
  encode: Encode,
  request: StratifiedRequest,
): Checked<WindowSchedule> {
  const { dedupe = false, masked } = request;
  let failure: readonly Finding[] = [];
  let selection: StratifiedSelection | undefined;
  const windowsOf = (counts: ArmCounts): ArmWindows => {
    const texts = usableTexts(rows.slice(0, rowsToRead(counts)), { dedupe });
    const selected = selectStratified(texts, encode, { ...request, ...counts });
    selection = selected.value;
    failure = selected.findings;
    if (!selection) return { preview: [], final: [] };
    return {
      preview: windows(selection.preview, 0, request),
      final: windows(selection.final, selection.preview.length, request),
    };
  };
  const schedule = masked
    ? maskedSchedule({ ...request, ...masked }, windowsOf)
    : distinctSchedule(request, windowsOf);
  if (!selection) return { value: undefined, findings: failure };
  if (!schedule.value) return schedule;
  const { stratification, scorerProfile } = selection;
  return { value: { ...schedule.value, stratification, scorerProfile }, findings: schedule.findings };
}

function windows(
  arm: readonly TokenizedCandidate[],
  firstId: number,
  { seqLen, padId }: WindowRequest,
): EvaluationWindow[] {
  return arm.map(({ ids, text }, at) => ({
    id: firstId + at,
    rowIndex: text.rowIndex,
    ...padded(ids, seqLen, padId),
  }));
}
