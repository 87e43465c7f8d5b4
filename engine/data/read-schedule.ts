import { isObject, listAt, valueAt } from '../core/json-access.ts';
import { ignoredLabel } from './mask-tokens.ts';

/** One arm of a recorded schedule. */
export interface ScheduledArm {
  readonly window_ids: readonly number[];
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_masks: readonly (readonly number[])[];
  readonly labels?: readonly (readonly number[])[];
  readonly masked_token_counts?: readonly number[];
  readonly actual_token_counts?: readonly number[];
}

export interface RecordedSchedule {
  readonly preview: ScheduledArm;
  readonly final: ScheduledArm;
}

/**
 * The windows that a baseline report pins its subject to (spec 02 §2.9), read leniently: ids may be texts or absent, masks are
 * told from the tokens where they are absent, labels are cut or filled to their window. Undefined when a part does not fit.
 */
export function readSchedule(report: unknown): RecordedSchedule | undefined {
  const preview = readArm(valueAt(report, 'evaluation_windows', 'preview'), 0);
  const final = preview && readArm(valueAt(report, 'evaluation_windows', 'final'), preview.input_ids.length);
  return preview && final ? { preview, final } : undefined;
}

function readArm(section: unknown, firstId: number): ScheduledArm | undefined {
  const inputIds = integerRows(listAt(section, 'input_ids'));
  if (!isObject(section) || !inputIds || inputIds.length === 0) return undefined;
  const windowIds = Array.isArray(section.window_ids)
    ? section.window_ids.map(asInteger)
    : inputIds.map((_, at) => firstId + at);
  const masks = readMasks(section.attention_masks, inputIds);
  const labels = readLabels(section.labels, inputIds);
  const masked = readCounts(section.masked_token_counts, inputIds.length);
  const actual = readCounts(section.actual_token_counts, inputIds.length);
  const isComplete = windowIds.length === inputIds.length && windowIds.every((id) => id !== undefined);
  if (!isComplete || !masks || labels === 'unusable' || masked === 'unusable' || actual === 'unusable') {
    return undefined;
  }
  return {
    window_ids: windowIds.filter((id) => id !== undefined),
    input_ids: inputIds,
    attention_masks: masks,
    ...(labels ? { labels } : {}),
    ...(masked ? { masked_token_counts: masked } : {}),
    ...(actual ? { actual_token_counts: actual } : {}),
  };
}

/** Masks that are no rows are as good as none: what is not 0 was read. */
function readMasks(raw: unknown, inputIds: readonly (readonly number[])[]): readonly number[][] | undefined {
  const rows = Array.isArray(raw) ? wrapped(raw, inputIds.length) : undefined;
  if (!rows?.every(Array.isArray)) return inputIds.map((ids) => ids.map((id) => (id === 0 ? 0 : 1)));
  const masks = integerRows(rows);
  const fits =
    masks?.length === inputIds.length && masks.every((mask, at) => mask.length === inputIds[at]?.length);
  return fits ? masks : undefined;
}

function readLabels(
  raw: unknown,
  inputIds: readonly (readonly number[])[],
): readonly number[][] | undefined | 'unusable' {
  if (!Array.isArray(raw) || raw.length === 0) return undefined;
  const rows = wrapped(raw, inputIds.length);
  if (rows.length !== inputIds.length) return 'unusable';
  return inputIds.map((ids, at) => {
    const row = integerRow(rows[at]);
    return ids.map((_, place) => row[place] ?? ignoredLabel);
  });
}

function readCounts(raw: unknown, windows: number): readonly number[] | undefined | 'unusable' {
  if (raw === undefined || raw === null) return undefined;
  const counts = typeof raw === 'number' && windows === 1 ? [raw] : raw;
  return Array.isArray(counts) && counts.length === windows ? integerRow(counts) : 'unusable';
}

/** The one row of one window may stand without its list. */
function wrapped(raw: readonly unknown[], windows: number): readonly unknown[] {
  return windows === 1 && raw.length > 0 && !Array.isArray(raw[0]) ? [raw] : raw;
}

function integerRows(rows: readonly unknown[] | undefined): number[][] | undefined {
  return rows?.map(integerRow);
}

function integerRow(row: unknown): number[] {
  return Array.isArray(row) ? row.map((value) => asInteger(value) ?? 0) : [];
}

/** Python's `int(x)`: numbers are cut, decimal texts are read. */
export function asInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : undefined;
  return typeof value === 'string' && /^\s*[+-]?\d+\s*$/u.test(value) ? Number(value) : undefined;
}
