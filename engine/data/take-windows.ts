import type { Checked } from '../core/findings.ts';
import type { EvaluationWindow } from './data-types.ts';

export interface WindowRequest {
  readonly previewN: number;
  readonly finalN: number;
  readonly seqLen: number;
  readonly padId: number;
  /** As in `ArmCounts`. */
  readonly minimumPerArm?: number;
}

/** Token ids of a text, at most so many. */
export type EncodeText = (text: string, maximumLength: number) => readonly number[];

type Content = Pick<EvaluationWindow, 'inputIds' | 'attentionMask' | 'labels' | 'example'>;

/** How rows become windows. */
export interface RowWindows<T> {
  /** What the rows are, for messages: `texts`. */
  readonly noun: string;
  /** What a usable row has. */
  readonly need: string;
  /** Undefined for a row that gives no window. */
  windowOf(row: T): Content | undefined;
}

/**
 * Windows of the first usable rows, as many as both arms want, numbered in a row. E303 when there are fewer rows than
 * windows, E304 when too few of them are usable.
 */
export function takeWindows<T extends { readonly rowIndex: number }>(
  rows: readonly T[],
  { previewN, finalN }: Pick<WindowRequest, 'previewN' | 'finalN'>,
  { noun, need, windowOf }: RowWindows<T>,
): Checked<readonly EvaluationWindow[]> {
  const wanted = previewN + finalN;
  if (rows.length < wanted) {
    return failed(
      'E303',
      `The data has ${rows.length} usable ${noun}, but ${previewN} preview and ${finalN} final windows were asked for. Lower dataset.preview_n and dataset.final_n or give more data.`,
      wanted,
      rows.length,
    );
  }
  const windows: EvaluationWindow[] = [];
  for (const row of rows) {
    if (windows.length === wanted) break;
    const content = windowOf(row);
    if (content) windows.push({ id: windows.length, rowIndex: row.rowIndex, ...content });
  }
  if (windows.length === wanted) return { value: windows, findings: [] };
  return failed(
    'E304',
    `Only ${windows.length} of ${rows.length} ${noun} have ${need}, but ${wanted} windows were asked for.`,
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
  const place = { pointer: '/dataset/preview_n', expected, actual };
  return { value: undefined, findings: [{ code, severity: 'error', message, ...place }] };
}
