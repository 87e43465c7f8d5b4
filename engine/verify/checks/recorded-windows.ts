import { isFiniteNumber, listAt, numberAt, objectAt, textAt } from '../../core/json-access.ts';
import { weightedMeanLogloss } from '../../metrics/aggregate.ts';
import type { ComparisonBootstrap, IdentifiedLoss } from '../../metrics/paired-baseline.ts';
import { type RecordedExamples, readExamples } from './recorded-examples.ts';

/** What a certificate's `evaluation_windows` hold. */
export type WindowsReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable'; readonly pointer: string; readonly message: string }
  /** Files of other tools: losses of the subject's final arm, without ids or baseline. */
  | { readonly kind: 'final-only'; readonly mean: number }
  | {
      readonly kind: 'complete';
      readonly preview: readonly IdentifiedLoss[];
      readonly final: readonly IdentifiedLoss[];
      readonly baselineFinal: readonly IdentifiedLoss[];
      /** Absent from files of other tools. */
      readonly baselinePreview?: readonly IdentifiedLoss[];
      /** Of labelled data; absent too where a record cannot be used. */
      readonly examples?: RecordedExamples;
    };

const AT = '/evaluation_windows';

export function readWindows(windows: unknown): WindowsReading {
  const final = objectAt(windows, 'final');
  if (!final) return { kind: 'absent' };
  const losses = readArm(final);
  if (!losses) return unusable(`${AT}/final`);
  if (!objectAt(windows, 'baseline')) {
    const mean = weightedMeanLogloss(losses);
    return mean === null ? unusable(`${AT}/final`) : { kind: 'final-only', mean };
  }
  const preview = readArm(objectAt(windows, 'preview'));
  const baselineFinal = readArm(objectAt(windows, 'baseline', 'final'));
  if (!preview) return unusable(`${AT}/preview`);
  if (!baselineFinal) return unusable(`${AT}/baseline/final`);
  const baselinePreview = readArm(objectAt(windows, 'baseline', 'preview'));
  const examples = readExamples(windows);
  return {
    kind: 'complete',
    preview,
    final: losses,
    baselineFinal,
    ...(baselinePreview ? { baselinePreview } : {}),
    ...(baselinePreview && examples ? { examples } : {}),
  };
}

/** Draws that a file may ask for: windows times replicates. The release profile needs under two million. */
const MAX_DRAWS = 20_000_000;

/** Windows of one arm: the interval leaves out each once, so its cost grows with their square. */
const MAX_WINDOWS = 20_000;

/** The recorded bootstrap, when it is one that can be run. */
export function readBootstrap(certificate: unknown, windowCount: number): ComparisonBootstrap | undefined {
  const block = objectAt(certificate, 'dataset', 'windows', 'stats', 'bootstrap');
  const replicates = numberAt(block, 'replicates');
  const alpha = numberAt(block, 'alpha');
  const seed = numberAt(block, 'seed');
  const method = textAt(block, 'method');
  if (replicates === undefined || alpha === undefined || seed === undefined || method === undefined)
    return undefined;
  if (!Number.isInteger(replicates) || replicates < 0) return undefined;
  if (windowCount > MAX_WINDOWS || Math.max(1, windowCount) * replicates > MAX_DRAWS) return undefined;
  if (alpha <= 0 || alpha >= 1 || !Number.isSafeInteger(seed) || seed < 0) return undefined;
  return { enabled: block?.enabled !== false, method, replicates, alpha, seed };
}

/** Parallel lists of one length; ids count from 0 where a file has none. */
function readArm(arm: unknown): readonly IdentifiedLoss[] | undefined {
  const losses = listAt(arm, 'logloss');
  const weights = listAt(arm, 'token_counts');
  if (!losses || !weights || losses.length === 0 || losses.length !== weights.length) return undefined;
  const ids = listAt(arm, 'window_ids') ?? losses.map((_, index) => index);
  const attended = listAt(arm, 'actual_token_counts');
  if (ids.length !== losses.length || (attended && attended.length !== losses.length)) return undefined;
  const windows: IdentifiedLoss[] = [];
  for (const [index, loss] of losses.entries()) {
    const weight = weights[index];
    const id = ids[index];
    if (loss !== null && !isFiniteNumber(loss)) return undefined;
    if (!isFiniteNumber(weight) || typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
    const tokens = attended?.[index];
    if (attended && !isFiniteNumber(tokens)) return undefined;
    windows.push({ id, loss, weight, ...(isFiniteNumber(tokens) ? { tokens } : {}) });
  }
  return windows;
}

function unusable(pointer: string): WindowsReading {
  const message =
    'The window losses cannot be used: the lists must be equally long, not empty, and hold finite numbers.';
  return { kind: 'unusable', pointer, message };
}
