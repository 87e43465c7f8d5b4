import type { Checked } from '../core/findings.ts';
import { PythonRandom } from '../numerics/python-random.ts';
import { attendedKey } from './build-windows.ts';
import type { DataText, EvaluationWindow, WindowSchedule } from './data-types.ts';
import { type ArmCounts, distinctCounts } from './distinct-counts.ts';
import {
  type MaskableWindow,
  type MaskedWindow,
  type MaskingOptions,
  type MaskingVocabulary,
  maskTokens,
} from './mask-tokens.ts';
import { type EncodeText, padded, takeWindows, type WindowRequest } from './take-windows.ts';

export interface ArmWindows {
  readonly preview: readonly EvaluationWindow[];
  readonly final: readonly EvaluationWindow[];
}

export interface MaskedWindowRequest extends WindowRequest {
  readonly vocabulary: MaskingVocabulary;
  readonly masking: MaskingOptions;
  /** Of the data: which positions are masked follows from it. */
  readonly seed: number;
}

/**
 * Preview and final windows of a masked language model: chosen as `buildWindows` does, then masked (spec 02 §2.7). The
 * reference draws the positions from random numbers that its whole process shares. One of them is gone by then, and the
 * check for duplicates masks throw-away copies with more of them (EQ-21, EQ-22), so all of that happens here too.
 *
 * Fails as `buildWindows` does, and with T323 when nothing would be masked.
 */
export function buildMaskedWindows(
  texts: readonly DataText[],
  encode: EncodeText,
  request: MaskedWindowRequest,
): Checked<WindowSchedule> {
  const { vocabulary, masking } = request;
  if (masking.maskProbability <= 0) {
    const message = 'eval.loss.mask_prob is 0, so no token would be masked and there would be no loss.';
    return {
      value: undefined,
      findings: [{ code: 'T323', severity: 'error', message, pointer: '/eval/loss/mask_prob' }],
    };
  }
  const { seqLen } = request;
  const taken = takeWindows(texts, request, {
    noun: 'texts',
    need: 'a token that can be masked',
    windowOf: ({ text }) => {
      const ids = encode(text, seqLen).slice(0, seqLen);
      return ids.some((id) => !vocabulary.specialIds.has(id))
        ? padded(ids, seqLen, request.padId)
        : undefined;
    },
  });
  if (!taken.value) return { value: undefined, findings: taken.findings };
  const windows = taken.value;
  return maskedSchedule(request, ({ previewN, finalN }) => ({
    preview: windows.slice(0, previewN),
    final: windows.slice(previewN, previewN + finalN),
  }));
}

/** Masks the windows that `windowsOf` gives for counts; it is asked again when duplicates make the arms shrink. */
export function maskedSchedule(
  request: ArmCounts & Pick<MaskedWindowRequest, 'vocabulary' | 'masking' | 'seed'>,
  windowsOf: (counts: ArmCounts) => ArmWindows,
): Checked<WindowSchedule> {
  const { vocabulary, masking } = request;
  const stream = new PythonRandom(request.seed);
  stream.random();
  const mask = (part: readonly EvaluationWindow[], nameOf: (at: number) => string): MaskedWindow[] => {
    const named = part.map((window, at): MaskableWindow => ({ windowId: nameOf(at), ...window }));
    return maskTokens(named, vocabulary, masking, stream);
  };
  const counts = distinctCounts(request, (attempt) => {
    const { preview, final } = windowsOf(attempt);
    const copies = [...preview, ...final];
    const masked = mask(copies, () => 'None');
    return copies.map((window, at) => attendedKey({ ...window, ...masked[at] }));
  });
  if (!counts.value) return { value: undefined, findings: counts.findings };

  const { adjustment } = counts.value;
  const windows = windowsOf(counts.value);
  const arm = (name: string, part: readonly EvaluationWindow[]): EvaluationWindow[] => {
    const masked = mask(part, (at) => `${name}:${at}`);
    return part.map((window, at) => ({
      ...window,
      inputIds: masked[at]?.inputIds ?? window.inputIds,
      labels: masked[at]?.labels ?? [],
    }));
  };
  const value: WindowSchedule = {
    preview: arm('preview', windows.preview),
    final: arm('final', windows.final),
    ...(adjustment ? { dedupeAdjustment: adjustment } : {}),
  };
  return { value, findings: [] };
}
