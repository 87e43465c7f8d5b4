import type { Checked, Finding, Severity } from '../core/findings.ts';
import { isObject, listAt, valueAt } from '../core/json-access.ts';
import { datasetHash, pairingTokenHash, sequenceHash } from '../digests/window-digests.ts';
import { asInteger } from './read-schedule.ts';

/** What a run wants of its data; what it does not name is not compared. */
interface ScheduleSettings {
  readonly seqLen?: number;
  readonly stride?: number;
  readonly dataset?: string;
  readonly split?: string;
}

export interface ScheduleContext {
  readonly settings: ScheduleSettings;
  /** `data` of the baseline's report. */
  readonly recorded: unknown;
  /** Of the subject's tokenizer, when it is known. */
  readonly tokenizerHash?: string;
  /** ci or release: a hash that does not fit is an error there, elsewhere a warning. */
  readonly isStrict: boolean;
}

/** A schedule that subjects can be pinned to. */
export interface CheckedSchedule {
  readonly preview: number;
  readonly final: number;
  /** What the subject's report takes over from the baseline's `data`. */
  readonly inherited: Readonly<Record<string, unknown>>;
  readonly windowPlan: unknown;
}

const INHERITED = [
  'tokenizer_hash',
  'tokenizer_name',
  'vocab_size',
  'bos_token',
  'eos_token',
  'pad_token',
  'add_prefix_space',
  'dataset_hash',
  'preview_hash',
  'final_hash',
  'preview_total_tokens',
  'final_total_tokens',
];

/**
 * Whether a baseline's schedule can be used for a subject (spec 02 §2.9): windows complete, distinct and apart, as they were
 * hashed, and of the same data, length and tokenizer. E001 with `reason` names the first thing that is wrong.
 */
export function checkSchedule(schedule: unknown, context: ScheduleContext): Checked<CheckedSchedule> {
  const preview = readArm('preview', valueAt(schedule, 'preview'));
  const final = readArm('final', valueAt(schedule, 'final'));
  for (const arm of [preview, final]) if ('reason' in arm) return failed(arm);
  if ('reason' in preview || 'reason' in final) return failed({ reason: 'sections', message: '' });
  const overlap = repetition(preview, final);
  if (overlap) return failed(overlap);
  const hashes = hashFindings({ preview, final }, context);
  if (hashes.some(({ severity }) => severity === 'error')) return { value: undefined, findings: hashes };
  const mismatch = settingsProblem(context);
  if (mismatch) return { value: undefined, findings: [...hashes, finding(mismatch)] };
  const { recorded } = context;
  const inherited = INHERITED.flatMap((key) => {
    const value = valueAt(recorded, key) ?? null;
    return value === null ? [] : [[key, value] as const];
  });
  return {
    value: {
      preview: preview.ids.length,
      final: final.ids.length,
      inherited: Object.fromEntries(inherited),
      windowPlan: valueAt(recorded, 'window_plan') ?? null,
    },
    findings: hashes,
  };
}

interface Problem {
  readonly reason: string;
  readonly message: string;
}

interface Arm {
  readonly ids: readonly number[];
  readonly sequences: readonly (readonly number[])[];
}

function readArm(name: string, section: unknown): Arm | Problem {
  if (!isObject(section)) return { reason: 'sections', message: `The baseline has no ${name} windows.` };
  const ids = listAt(section, 'window_ids');
  const rows = listAt(section, 'input_ids');
  if (!ids || !rows) return { reason: 'sections', message: `The ${name} windows lack ids or tokens.` };
  if (ids.length !== rows.length) {
    return {
      reason: 'lengths',
      message: `The ${name} arm has ${ids.length} ids for ${rows.length} windows.`,
    };
  }
  const numbers = ids.map(asInteger);
  const foreign = numbers.indexOf(undefined);
  if (foreign >= 0)
    return { reason: 'ids', message: `The id of the ${name} window at ${foreign} is no whole number.` };
  const sequences = rows.map((row) => (Array.isArray(row) ? row.map(Number) : []));
  const empty = sequences.findIndex((ids) => ids.length === 0);
  if (empty >= 0) return { reason: 'empty', message: `The ${name} window at ${empty} has no tokens.` };
  const shape = shapeProblem(name, section, sequences);
  return shape ?? { ids: numbers.map((id) => id ?? 0), sequences };
}

/** Masks and labels have a row per window and an entry per token; counts an entry per window. */
function shapeProblem(
  name: string,
  section: Readonly<Record<string, unknown>>,
  sequences: Arm['sequences'],
): Problem | undefined {
  for (const [key, reason] of [
    ['attention_masks', 'masks'],
    ['labels', 'labels'],
  ] as const) {
    const rows = listAt(section, key) ?? [];
    if (rows.length === 0) continue;
    const aligned = sequences.length === 1 && !Array.isArray(rows[0]) ? [rows] : rows;
    if (aligned.length !== sequences.length)
      return {
        reason,
        message: `The ${name} arm has ${aligned.length} ${key} for ${sequences.length} windows.`,
      };
    const wrong = aligned.findIndex((row, at) => !Array.isArray(row) || row.length !== sequences[at]?.length);
    if (wrong >= 0)
      return { reason, message: `The ${key} of the ${name} window at ${wrong} do not fit its tokens.` };
  }
  for (const key of ['masked_token_counts', 'actual_token_counts']) {
    const counts = section[key];
    if (counts === undefined || counts === null) continue;
    if (!Array.isArray(counts) || counts.length !== sequences.length)
      return { reason: 'counts', message: `The ${key} of the ${name} arm do not fit its windows.` };
  }
  return undefined;
}

/** Ids and tokens are distinct in each arm and between them. */
function repetition(preview: Arm, final: Arm): Problem | undefined {
  const arms = { preview, final };
  const keys = (arm: Arm) => ({ ids: arm.ids.map(String), tokens: arm.sequences.map(pairingTokenHash) });
  for (const what of ['ids', 'tokens'] as const) {
    for (const name of ['preview', 'final'] as const) {
      const list = keys(arms[name])[what];
      if (new Set(list).size < list.length)
        return {
          reason: `repeated ${what} in ${name}`,
          message: `Two ${name} windows have the same ${what}.`,
        };
    }
    const inPreview = new Set(keys(preview)[what]);
    if (keys(final)[what].some((key) => inPreview.has(key)))
      return {
        reason: `shared ${what}`,
        message: `A window of the final arm has the ${what} of one of the preview.`,
      };
  }
  return undefined;
}

function hashFindings(
  arms: { readonly preview: Arm; readonly final: Arm },
  context: ScheduleContext,
): Finding[] {
  const hashes = { preview: sequenceHash(arms.preview.sequences), final: sequenceHash(arms.final.sequences) };
  const actual = {
    preview_hash: hashes.preview,
    final_hash: hashes.final,
    dataset_hash: datasetHash(hashes.preview, hashes.final),
  };
  const severity: Severity = context.isStrict ? 'error' : 'warning';
  return Object.entries(actual).flatMap(([key, hash]) => {
    const recorded = valueAt(context.recorded, key);
    if (typeof recorded !== 'string' || recorded === '' || recorded === hash) return [];
    const message = `The windows in the baseline report do not hash to its own data.${key}: the file was changed.`;
    return [
      {
        ...finding({ reason: key, message }),
        severity,
        pointer: `/data/${key}`,
        expected: hash,
        actual: recorded,
      },
    ];
  });
}

/** Stride is seq_len where nobody says otherwise, the split is validation (spec 02 EQ-12). */
function settingsProblem({ settings, recorded, tokenizerHash }: ScheduleContext): Problem | undefined {
  const { seqLen, stride = seqLen, dataset, split = 'validation' } = settings;
  const compared: readonly (readonly [string, string, unknown])[] = [
    ['seq_len', 'seq_len', seqLen],
    ['stride', 'stride', stride],
    ['dataset', 'dataset', dataset],
    ['split', 'split', split],
    ['tokenizer', 'tokenizer_hash', tokenizerHash],
  ];
  for (const [reason, key, wanted] of compared) {
    const made = valueAt(recorded, key) ?? undefined;
    if (made === undefined || made === '' || wanted === undefined || made === wanted) continue;
    const message = `The baseline report was made with another ${reason}: ${String(made)} instead of ${String(wanted)}.`;
    return { reason, message };
  }
  return undefined;
}

function failed(problem: Problem): Checked<CheckedSchedule> {
  return { value: undefined, findings: [finding(problem)] };
}

function finding({ reason, message }: Problem): Finding {
  return { code: 'E001', severity: 'error', message, pointer: '/evaluation_windows', reason };
}
