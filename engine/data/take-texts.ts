import type { Checked } from '../core/findings.ts';
import type { EncodeText, WindowRequest } from './build-windows.ts';
import type { DataText, EvaluationWindow } from './data-types.ts';

/** What makes a text a window. */
export interface Usability {
  isUsable(ids: readonly number[]): boolean;
  /** What a usable text has, for the message. */
  readonly need: string;
}

/**
 * Windows of the first usable texts, as many as both arms want, padded on the right and numbered in a row. E303 when there
 * are fewer texts than windows, E304 when too few of them are usable.
 */
export function takeTexts(
  texts: readonly DataText[],
  encode: EncodeText,
  request: WindowRequest,
  { isUsable, need }: Usability,
): Checked<readonly EvaluationWindow[]> {
  const { previewN, finalN, seqLen, padId } = request;
  const wanted = previewN + finalN;
  if (texts.length < wanted) {
    return failed(
      'E303',
      `The data has ${texts.length} usable texts, but ${previewN} preview and ${finalN} final windows were asked for. Lower dataset.preview_n and dataset.final_n or give more data.`,
      wanted,
      texts.length,
    );
  }
  const windows: EvaluationWindow[] = [];
  for (const { text, rowIndex } of texts) {
    if (windows.length === wanted) break;
    const ids = encode(text, seqLen).slice(0, seqLen);
    if (isUsable(ids)) windows.push({ id: windows.length, rowIndex, ...padded(ids, seqLen, padId) });
  }
  if (windows.length === wanted) return { value: windows, findings: [] };
  return failed(
    'E304',
    `Only ${windows.length} of ${texts.length} texts have ${need}, but ${wanted} windows were asked for.`,
    wanted,
    windows.length,
  );
}

/** Ids padded to `seqLen`, and a mask by length: a real token may equal the padding (spec 02 EQ-17). */
export function padded(
  ids: readonly number[],
  seqLen: number,
  padId: number,
): Pick<EvaluationWindow, 'inputIds' | 'attentionMask'> {
  const padding = seqLen - ids.length;
  return {
    inputIds: [...ids, ...new Array<number>(padding).fill(padId)],
    attentionMask: [...new Array<number>(ids.length).fill(1), ...new Array<number>(padding).fill(0)],
  };
}

function failed(
  code: 'E303' | 'E304',
  message: string,
  expected: number,
  actual: number,
): Checked<readonly EvaluationWindow[]> {
  const finding = {
    code,
    severity: 'error',
    message,
    pointer: '/dataset/preview_n',
    expected,
    actual,
  } as const;
  return { value: undefined, findings: [finding] };
}
