import type { WeightMeasurement } from './measure-weight.ts';

/** How far one tensor of the subject is from the same tensor of the baseline. */
export interface PairedStatistic {
  readonly path: string;
  /** σ̂ of the subject ÷ σ̂ of the baseline − 1; null where the baseline's is 0 or either is no finite number. */
  readonly sigmaChange: number | null;
  readonly stableRankChange: number | null;
  readonly frobeniusChange: number | null;
  /** ‖S − B‖ ÷ ‖B‖: 0 for an untouched tensor. Null where it is no finite number. */
  readonly distance: number | null;
}

/** Norms that need both tensors, gathered while they are read. */
export interface PairedNorms {
  readonly baselineSquared: number;
  readonly subjectSquared: number;
  readonly differenceSquared: number;
}

/**
 * Adds one piece of both tensors to their norms, so that weights can stream: neither has to be held as a whole.
 *
 * @example const norms = addToNorms(addToNorms(noNorms, baselineRows, subjectRows), moreOfBaseline, moreOfSubject)
 */
export function addToNorms(norms: PairedNorms, baseline: Float32Array, subject: Float32Array): PairedNorms {
  let { baselineSquared, subjectSquared, differenceSquared } = norms;
  for (let index = 0; index < baseline.length; index += 1) {
    const before = baseline[index] ?? 0;
    const after = subject[index] ?? Number.NaN;
    baselineSquared += before * before;
    subjectSquared += after * after;
    differenceSquared += (after - before) ** 2;
  }
  return { baselineSquared, subjectSquared, differenceSquared };
}

export const noNorms: PairedNorms = { baselineSquared: 0, subjectSquared: 0, differenceSquared: 0 };

/**
 * The paired statistic, which stands beside the z-scores: those compare a module with its family, this one with itself
 * (Q10).
 */
export function pairedStatistic(
  baseline: WeightMeasurement,
  subject: WeightMeasurement,
  norms: PairedNorms,
): PairedStatistic {
  const { baselineSquared, subjectSquared, differenceSquared } = norms;
  return {
    path: baseline.path,
    sigmaChange: change(baseline.sigma, subject.sigma),
    stableRankChange: change(
      baseline.degeneracy?.stable_rank ?? Number.NaN,
      subject.degeneracy?.stable_rank ?? Number.NaN,
    ),
    frobeniusChange: change(Math.sqrt(baselineSquared), Math.sqrt(subjectSquared)),
    distance: ratio(Math.sqrt(differenceSquared), Math.sqrt(baselineSquared)),
  };
}

function change(before: number, after: number): number | null {
  return ratio(after - before, before);
}

/** Nothing of nothing is nothing. */
function ratio(part: number, whole: number): number | null {
  if (part === 0 && whole === 0) return 0;
  const share = part / whole;
  return Number.isFinite(share) ? share : null;
}
