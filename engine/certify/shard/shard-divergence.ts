import { isObject, listAt, numberAt, textAt } from '../../core/json-access.ts';
import {
  type ComparedVocabulary,
  type Divergence,
  type DivergenceRecord,
  type DivergenceSelfCheck,
  divergence,
  divergenceNotEvaluated,
} from '../../metrics/divergence/divergence.ts';
import type { DivergenceWindow } from '../../metrics/divergence/window-sums.ts';
import type { ComparisonBootstrap } from '../../metrics/paired-baseline.ts';
import { floatsOfText, floatsToText } from './shard-part.ts';

/** What a part knows of the divergence: every token's values, as the joined quantiles need them. */
export type ShardDivergence =
  | { readonly kind: 'not_evaluated'; readonly reason: string }
  | {
      readonly kind: 'measured';
      readonly vocabulary: ComparedVocabulary;
      readonly self_check: DivergenceSelfCheck;
      readonly windows: readonly ShardDivergenceWindow[];
    };

/** Lists of float32 and of bytes, as base64. */
interface ShardDivergenceWindow {
  readonly id: number;
  readonly kl: string;
  readonly baseline_nll: string;
  readonly subject_nll: string;
  readonly flags: string;
}

/** A text is the reason why nothing was measured. */
export function shardDivergence(record: DivergenceRecord | string): ShardDivergence {
  if (typeof record === 'string') return { kind: 'not_evaluated', reason: record };
  const { vocabulary, selfCheck, windows } = record;
  return {
    kind: 'measured',
    vocabulary,
    self_check: selfCheck,
    windows: windows.map(({ id, kl, baselineNll, subjectNll, flags }) => ({
      id,
      kl: floatsToText(kl),
      baseline_nll: floatsToText(baselineNll),
      subject_nll: floatsToText(subjectNll),
      flags: Buffer.from(flags).toString('base64'),
    })),
  };
}

/** What one run would have measured, from the parts in their order; `ids` are those of its final windows. */
export function joinDivergence(
  parts: readonly ShardDivergence[],
  ids: readonly number[],
  bootstrap: ComparisonBootstrap,
): Divergence | undefined {
  const [first] = parts;
  if (!first) return undefined;
  const measured = parts.filter((part) => part.kind === 'measured');
  const failed = parts.find((part) => part.kind === 'not_evaluated');
  const [vocabulary] = measured.map((part) => part.vocabulary);
  const [check] = measured.map(({ self_check: one }) => one);
  if (failed || !vocabulary || !check) return divergenceNotEvaluated(failed?.reason ?? 'There is no part.');
  const byId = new Map(measured.flatMap((part) => part.windows.map((window) => [window.id, window])));
  const windows = ids.flatMap((id) => windowOf(byId.get(id)) ?? []);
  const differences = measured.map(({ self_check: one }) => one.max_abs_difference);
  const selfCheck = { ...check, max_abs_difference: Math.max(...differences) };
  return divergence({ windows, vocabulary, selfCheck, bootstrap });
}

/** Whether a value that was read from a part's file is one; null says that the divergence was switched off. */
export function isShardDivergence(value: unknown): boolean {
  if (value === null) return true;
  if (!isObject(value)) return false;
  if (value.kind === 'not_evaluated') return textAt(value, 'reason') !== undefined;
  const numbers = [
    ...['compared', 'baseline', 'subject'].map((key) => numberAt(value, 'vocabulary', key)),
    ...['max_abs_difference', 'tolerance'].map((key) => numberAt(value, 'self_check', key)),
  ];
  const windows = listAt(value, 'windows');
  return (
    value.kind === 'measured' &&
    !numbers.includes(undefined) &&
    windows?.every((window) => windowOf(window) !== undefined) === true
  );
}

function windowOf(window: unknown): DivergenceWindow | undefined {
  const id = numberAt(window, 'id');
  const [kl, baselineNll, subjectNll] = ['kl', 'baseline_nll', 'subject_nll'].map((key) =>
    floatsOfText(textAt(window, key) ?? '?'),
  );
  const flags = new Uint8Array(Buffer.from(textAt(window, 'flags') ?? '', 'base64'));
  if (id === undefined || !kl || !baselineNll || !subjectNll) return undefined;
  const isComplete = [baselineNll, subjectNll, flags].every(({ length }) => length === kl.length);
  return isComplete ? { id, kl, baselineNll, subjectNll, flags } : undefined;
}
