import { mcnemarExact } from '../numerics/mcnemar.ts';
import type { Interval } from '../report/run-report.ts';
import { compareMetric } from './compare-metric.ts';
import type { ExampleRecord } from './example-record.ts';
import { metricPoint } from './metric-point.ts';
import type { ComparisonBootstrap } from './paired-baseline.ts';

/** Whether an example was answered right; null when nobody knows. */
export interface IdentifiedOutcome {
  readonly id: number;
  /** What was asked: outcomes pair by id and digest. */
  readonly digest: string;
  readonly correct: boolean | null;
}

/** A subject's accuracy against its baseline's on the same examples. */
export interface AccuracyComparison {
  /** Examples that both answered, by id and digest. */
  readonly pairs: number;
  /** Of the pairs: right before and wrong now, and the other way round. */
  readonly lost: number;
  readonly gained: number;
  /** McNemar's exact test of lost against gained, two-sided. */
  readonly pValue: number;
  /** Mean of subject − baseline over the pairs, a proportion; null without pairs. */
  readonly delta: number | null;
  /** Of that mean: percentile bootstrap over examples (spec 02 §5.1); undefined with fewer than two pairs or without replicates. */
  readonly interval: Interval | undefined;
  readonly intervalPp: Interval | undefined;
}

/** Records of an arm with the ids of their windows, which stand in the same order. */
export function identifiedOutcomes(
  ids: readonly number[],
  records: readonly ExampleRecord[],
): readonly IdentifiedOutcome[] {
  return records.flatMap(({ digest, correct }, index) => {
    const id = ids[index];
    return id === undefined ? [] : [{ id, digest, correct }];
  });
}

/** The share of right answers; null when there is none, or when one is not known: a mean over the others would hide it (EQ-11). */
export function accuracyOf(outcomes: readonly Pick<IdentifiedOutcome, 'correct'>[]): number | null {
  if (outcomes.length === 0 || outcomes.some(({ correct }) => correct === null)) return null;
  return metricPoint('accuracy', { example_correct: outcomes.map(({ correct }) => (correct ? 1 : 0)) });
}

/** Compares the final arm with the baseline's; draws with seed + 503, as the comparison of losses (spec 02 §8.3). */
export function compareAccuracy(
  subject: readonly IdentifiedOutcome[],
  baseline: readonly IdentifiedOutcome[],
  bootstrap: ComparisonBootstrap,
): AccuracyComparison {
  const byId = new Map(baseline.map((outcome) => [outcome.id, outcome]));
  const pairs = subject.flatMap(({ id, digest, correct }) => {
    const other = byId.get(id);
    if (correct === null || !other || other.correct === null || other.digest !== digest) return [];
    return [{ subject: correct, baseline: other.correct }];
  });
  const lost = pairs.filter((pair) => pair.baseline && !pair.subject).length;
  const gained = pairs.filter((pair) => !pair.baseline && pair.subject).length;
  const isDrawn = bootstrap.enabled && bootstrap.replicates > 0 && pairs.length >= 2;
  const flags = (arm: 'subject' | 'baseline') =>
    pairs.map((pair) => ({ value: pair[arm] ? 1 : 0, weight: 1 }));
  const compared = isDrawn
    ? compareMetric('accuracy', flags('subject'), flags('baseline'), {
        replicates: bootstrap.replicates,
        seed: bootstrap.seed + 503,
        ciLevel: 1 - bootstrap.alpha,
      })
    : undefined;
  return {
    pairs: pairs.length,
    lost,
    gained,
    pValue: mcnemarExact(lost, gained),
    delta: pairs.length === 0 ? null : (gained - lost) / pairs.length,
    interval: compared?.ci,
    intervalPp: compared?.displayCi,
  };
}
