import { isFiniteNumber, isObject, listAt, valueAt } from '../core/json-access.ts';
import { finiteNumber } from '../policy/finite-number.ts';
import { isAccuracyKind, type MetricKind } from './metric-kinds.ts';

export interface PointOptions {
  /**
   * As the reference: a window whose loss or weight is unusable is left out. Without it such a window makes the metric
   * unknown, because a mean over the windows that happened to work would hide the ones that broke (spec 02 EQ-11).
   */
  readonly reference?: boolean;
}

/**
 * The value of a metric from an arm's records as a report holds them, which may be the Python tool's (spec 02 §5.1). NaN
 * when there is none; an overflow is Infinity (EQ-54).
 *
 * @example metricPoint('ppl_causal', { logloss: [1, 2], token_counts: [1, 3] }) // exp(1.75)
 */
export function metricPoint(kind: MetricKind, windows: unknown, options: PointOptions = {}): number {
  return isAccuracyKind(kind) ? accuracyPoint(windows) : pplPoint(kind, windows, options.reference ?? false);
}

/** Masked counts weigh a masked model's windows when there are any. */
function pplPoint(kind: MetricKind, windows: unknown, skipsUnusable: boolean): number {
  const losses = listAt(windows, 'logloss') ?? [];
  const masked = kind === 'ppl_mlm' ? (listAt(windows, 'masked_token_counts') ?? []) : [];
  const counts = masked.length > 0 ? masked : (listAt(windows, 'token_counts') ?? []);
  if (losses.length === 0 || losses.length !== counts.length) return Number.NaN;
  return Math.exp(foreignWeightedMean(losses, counts, skipsUnusable));
}

/**
 * Weighted mean of a foreign report's lists. An entry that is no number, or has none for a weight, leaves or makes the mean
 * unknown; weights that are not positive do not count. NaN when nothing does.
 */
export function foreignWeightedMean(
  values: readonly unknown[],
  weights: readonly unknown[],
  skipsUnusable = true,
): number {
  let sum = 0;
  let total = 0;
  for (const [index, value] of values.entries()) {
    const number = finiteNumber(value);
    const weight = finiteNumber(weights[index]);
    if (number === undefined || weight === undefined) {
      if (skipsUnusable) continue;
      return Number.NaN;
    }
    if (weight <= 0) continue;
    sum += weight * number;
    total += weight;
  }
  return total > 0 ? sum / total : Number.NaN;
}

/** Flags of examples first, then counts; abstentions and ties leave the denominator unless the policy says otherwise. */
function accuracyPoint(windows: unknown): number {
  const flags = listAt(windows, 'example_correct') ?? [];
  if (flags.length > 0) {
    const usable = flags.map(flagNumber).filter((flag) => flag !== undefined);
    return usable.filter((flag) => flag > 0.5).length / usable.length;
  }
  for (const [correctKey, totalKey] of [
    ['correct_total', 'total'],
    ['correct_counts', 'total_counts'],
  ] as const) {
    const correct = valueAt(windows, correctKey);
    const total = valueAt(windows, totalKey);
    if (isFiniteNumber(correct) && isFiniteNumber(total) && total > 0) return share(correct, total, windows);
  }
  return Number.NaN;
}

function share(correct: number, total: number, windows: unknown): number {
  const policy = valueAt(windows, 'policy');
  const isOn = (key: string, byDefault: boolean) =>
    isObject(policy) && Object.hasOwn(policy, key) ? Boolean(policy[key]) : byDefault;
  const excludesAbstentions = isOn('exclude_abstain', true);
  const abstained = positive(valueAt(windows, 'abstain_total'));
  const ties = positive(valueAt(windows, 'ties_total'));
  let denominator = total;
  if (excludesAbstentions && abstained > 0) denominator = Math.max(1, denominator - abstained);
  if (ties === 0) return correct / denominator;
  if (isOn('ties_count_as_correct', false)) return (correct + ties) / denominator;
  if (!isOn('ties_count_as_incorrect', false) && excludesAbstentions) {
    denominator = Math.max(1, denominator - ties);
  }
  return correct / denominator;
}

/** A flag may be a number, a boolean or a text. */
function flagNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return finiteNumber(value);
}

function positive(value: unknown): number {
  return isFiniteNumber(value) && value > 0 ? value : 0;
}
