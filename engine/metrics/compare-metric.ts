import { quantile } from '../numerics/numpy-reduce.ts';
import { Pcg64 } from '../numerics/pcg64.ts';
import type { Interval } from '../report/run-report.ts';
import { pairedDeltaLogInterval } from './bootstrap.ts';
import { isAccuracyKind, type MetricKind, metricDefaults } from './metric-kinds.ts';

/** One example or window: its loss or correctness, and what it weighs. */
export interface Contribution {
  readonly value: number;
  readonly weight: number;
}

export interface CompareOptions {
  /** Default, and for 0: 2,000. */
  readonly replicates?: number;
  readonly seed?: number;
  readonly ciLevel?: number;
}

/** A subject against its baseline, pair by pair (spec 02 §5.1). */
export interface MetricComparison {
  readonly replicates: number;
  readonly ciLevel: number;
  readonly subjectPoint: number;
  readonly baselinePoint: number;
  /** Of log-losses, or of proportions. */
  readonly delta: number;
  readonly ci: Interval;
  /** A ratio for perplexity, percentage points for accuracy. */
  readonly display: number;
  readonly displayCi: Interval;
}

/**
 * Compares two lists that belong together by position. Perplexity: a weighted interval of the log-loss difference;
 * accuracy: a percentile interval of the difference of proportions.
 *
 * E402 for options that are unusable, and for nothing to compare in log-losses.
 */
export function compareMetric(
  kind: MetricKind,
  subject: readonly Contribution[],
  baseline: readonly Contribution[],
  options: CompareOptions = {},
): MetricComparison {
  const { replicates = 0, seed = 0, ciLevel = metricDefaults.ciLevel } = options;
  const settings = { replicates: replicates > 0 ? replicates : metricDefaults.replicates, seed, ciLevel };
  return isAccuracyKind(kind)
    ? compareAccuracy(subject, baseline, settings)
    : comparePerplexity(subject, baseline, settings);
}

/** The value of a metric over contributions one by one (spec 02 §5.1, accumulate and finalize). */
export function contributionsPoint(kind: MetricKind, items: readonly Contribution[]): number {
  const finite = items.filter(({ value }) => Number.isFinite(value));
  if (isAccuracyKind(kind)) return meanOf(finite.map(isCorrect));
  return weightedPerplexity(finite.filter(({ weight }) => Number.isFinite(weight) && weight > 0));
}

type Settings = Required<CompareOptions>;

function comparePerplexity(
  subject: readonly Contribution[],
  baseline: readonly Contribution[],
  { replicates, seed, ciLevel }: Settings,
): MetricComparison {
  const pairs = subject.slice(0, baseline.length).map((item, index) => {
    const other = baseline[index] ?? item;
    return { delta: item.value - other.value, weight: firstUsable(other.weight, item.weight) };
  });
  const ci = pairedDeltaLogInterval(
    subject.map(({ value }) => value),
    baseline.map(({ value }) => value),
    pairs.map(({ weight }) => weight),
    { method: 'bca', replicates, alpha: 1 - ciLevel, seed },
  );
  const delta = weightedMean(pairs.map((pair) => ({ value: pair.delta, weight: pair.weight })));
  return {
    replicates,
    ciLevel,
    subjectPoint: weightedPerplexity(subject),
    baselinePoint: weightedPerplexity(baseline),
    delta,
    ci,
    display: Math.exp(delta),
    displayCi: [Math.exp(ci[0]), Math.exp(ci[1])],
  };
}

function compareAccuracy(
  subject: readonly Contribution[],
  baseline: readonly Contribution[],
  { replicates, seed, ciLevel }: Settings,
): MetricComparison {
  const count = Math.min(subject.length, baseline.length);
  const ours = subject.slice(0, count).map(isCorrect);
  const theirs = baseline.slice(0, count).map(isCorrect);
  const deltas = ours.map((value, index) => value - (theirs[index] ?? 0));
  const delta = meanOf(deltas);
  const ci =
    count === 0 ? ([Number.NaN, Number.NaN] as const) : meanInterval(deltas, { replicates, seed, ciLevel });
  return {
    replicates: count === 0 ? 0 : replicates,
    ciLevel,
    subjectPoint: meanOf(ours),
    baselinePoint: meanOf(theirs),
    delta,
    ci,
    display: 100 * delta,
    displayCi: [100 * ci[0], 100 * ci[1]],
  };
}

/** Percentile bootstrap of a mean whose replicates are added from left to right. */
function meanInterval(values: readonly number[], { replicates, seed, ciLevel }: Settings): Interval {
  const generator = new Pcg64(seed);
  const indices = new Float64Array(values.length);
  const means = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    generator.fillIntegers(values.length, indices);
    let sum = 0;
    for (const index of indices) sum += values[index] ?? 0;
    means[replicate] = sum / values.length;
  }
  means.sort();
  const alpha = 1 - ciLevel;
  return [quantile(means, alpha / 2), quantile(means, 1 - alpha / 2)];
}

function isCorrect({ value }: Contribution): number {
  return value >= 0.5 ? 1 : 0;
}

function firstUsable(...weights: readonly number[]): number {
  return weights.find((weight) => Number.isFinite(weight) && weight > 0) ?? 1;
}

function weightedPerplexity(items: readonly Contribution[]): number {
  return Math.exp(weightedMean(items));
}

function weightedMean(items: readonly Contribution[]): number {
  let sum = 0;
  let weights = 0;
  for (const { value, weight } of items) {
    weights += weight;
    sum += weight * value;
  }
  return weights <= 0 ? Number.NaN : sum / weights;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
