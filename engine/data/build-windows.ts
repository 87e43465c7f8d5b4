import type { Checked, Finding } from '../core/findings.ts';
import type { DataText, EvaluationWindow, WindowSchedule } from './data-types.ts';

export interface WindowRequest {
  readonly previewN: number;
  readonly finalN: number;
  readonly seqLen: number;
  readonly padId: number;
}

/**
 * Preview and final windows of a provider that takes rows in order (spec 02 §1.8, §2.5): preview are the first
 * `previewN` usable texts, final the next `finalN`. Equal windows are removed by shrinking both arms (§2.5.3).
 *
 * Fails with E303 when there are fewer texts than windows, E304 when too few give a usable window, T320 when duplicates
 * cannot be removed above the floor.
 */
export function buildWindows(
  texts: readonly DataText[],
  encode: (text: string) => readonly number[],
  request: WindowRequest,
): Checked<WindowSchedule> {
  const wanted = request.previewN + request.finalN;
  if (texts.length < wanted) {
    return failed({
      code: 'E303',
      severity: 'error',
      message: `The data has ${texts.length} usable texts, but ${request.previewN} preview and ${request.finalN} final windows were asked for. Lower dataset.preview_n and dataset.final_n or give more data.`,
      pointer: '/dataset/preview_n',
      expected: wanted,
      actual: texts.length,
    });
  }
  const usable = takeUsable(texts, encode, request.seqLen, wanted);
  if (usable.length < wanted) {
    return failed({
      code: 'E304',
      severity: 'error',
      message: `Only ${usable.length} of ${texts.length} texts have at least two tokens, but ${wanted} windows were asked for.`,
      pointer: '/dataset/preview_n',
      expected: wanted,
      actual: usable.length,
    });
  }
  return withoutDuplicates(usable, request);
}

interface TokenizedText {
  readonly rowIndex: number;
  readonly ids: readonly number[];
}

/** A causal loss needs one token to predict from and one to predict, so shorter texts give no window. */
function takeUsable(
  texts: readonly DataText[],
  encode: (text: string) => readonly number[],
  seqLen: number,
  wanted: number,
): TokenizedText[] {
  const usable: TokenizedText[] = [];
  for (const { text, rowIndex } of texts) {
    if (usable.length === wanted) break;
    const ids = encode(text).slice(0, seqLen);
    if (ids.length >= 2) usable.push({ rowIndex, ids });
  }
  return usable;
}

/** Spec 02 §2.5.3: shrink both arms by max(5, deficit) until all windows differ, not below the floor. */
function withoutDuplicates(
  usable: readonly TokenizedText[],
  request: WindowRequest,
): Checked<WindowSchedule> {
  let { previewN, finalN } = request;
  const floor = Math.max(10, Math.floor(Math.min(previewN || 200, finalN || 200) / 2));
  let adjustment: WindowSchedule['dedupeAdjustment'];
  for (;;) {
    const total = previewN + finalN;
    const distinct = new Set(usable.slice(0, total).map(({ ids }) => ids.join(','))).size;
    if (distinct === total) {
      const schedule = {
        preview: windows(usable, 0, previewN, request),
        final: windows(usable, previewN, total, request),
      };
      return { value: adjustment ? { ...schedule, dedupeAdjustment: adjustment } : schedule, findings: [] };
    }
    const deficit = total - distinct;
    const proposed = previewN - Math.max(5, deficit);
    if (proposed < floor) {
      return failed({
        code: 'T320',
        severity: 'error',
        message: `${deficit} of ${total} windows repeat others; removing them would leave ${Math.max(0, proposed)} windows per arm, below the floor of ${floor}. Give data without repeated texts.`,
        pointer: '/dataset',
        expected: floor,
        actual: Math.max(0, proposed),
      });
    }
    previewN = proposed;
    finalN = proposed;
    adjustment = { deficit, proposedPerArm: proposed };
  }
}

function windows(
  usable: readonly TokenizedText[],
  from: number,
  to: number,
  { seqLen, padId }: WindowRequest,
): EvaluationWindow[] {
  return usable.slice(from, to).map(({ rowIndex, ids }, index) => ({
    id: from + index,
    rowIndex,
    inputIds: [...ids, ...new Array<number>(seqLen - ids.length).fill(padId)],
    attentionMask: [
      ...new Array<number>(ids.length).fill(1),
      ...new Array<number>(seqLen - ids.length).fill(0),
    ],
  }));
}

function failed(finding: Finding): Checked<WindowSchedule> {
  return { value: undefined, findings: [finding] };
}
