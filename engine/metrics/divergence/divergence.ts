import type { ComparisonBootstrap } from '../paired-baseline.ts';
import { type BinnedCounts, binnedCounts } from './kl-bins.ts';
import { type KlQuantiles, klQuantiles } from './kl-quantiles.ts';
import { type SumStatistics, sumStatistics } from './sum-statistics.ts';
import { type DivergenceSums, type DivergenceWindow, divergenceSums } from './window-sums.ts';

/** Entries of the vocabularies; what only one model has is left out of the comparison. */
export interface ComparedVocabulary {
  readonly compared: number;
  readonly baseline: number;
  readonly subject: number;
}

/**
 * The comparison computes the losses of both models once more. More than this, relative above 1, is no other order of sums:
 * then it compares something else than the models that were evaluated.
 */
export const selfCheckTolerance = 1e-3;

/** How far the comparison's own losses lie from those that the models' graphs gave for the same tokens. */
export interface DivergenceSelfCheck {
  readonly max_abs_difference: number;
  readonly tolerance: number;
}

export interface MeasuredDivergence extends Omit<SumStatistics, 'kl'> {
  readonly evaluated: true;
  /** Windows of this arm were compared. */
  readonly arm: 'final';
  readonly windows: number;
  readonly tokens: number;
  readonly vocabulary: ComparedVocabulary;
  readonly kl: SumStatistics['kl'] & KlQuantiles;
  readonly bootstrap: { readonly method: 'percentile' } & Omit<ComparisonBootstrap, 'method' | 'enabled'>;
  readonly self_check: DivergenceSelfCheck;
  readonly kl_histogram: BinnedCounts;
  readonly window_sums: DivergenceSums;
}

/** `metrics.divergence`: what was asked for and not measured says why. */
export type Divergence =
  | MeasuredDivergence
  | { readonly evaluated: false; readonly status: 'not_evaluated'; readonly reason: string };

export function divergenceNotEvaluated(reason: string): Divergence {
  return { evaluated: false, status: 'not_evaluated', reason };
}

/** What was measured, before anything is counted together. */
export interface DivergenceRecord {
  readonly windows: readonly DivergenceWindow[];
  readonly vocabulary: ComparedVocabulary;
  readonly selfCheck: DivergenceSelfCheck;
}

export interface DivergenceInputs extends DivergenceRecord {
  readonly bootstrap: ComparisonBootstrap;
}

/**
 * How far the subject's predictions moved from the baseline's, with the definitions of llama.cpp's `--kl-divergence`.
 *
 * @example divergence({ windows, vocabulary, selfCheck, bootstrap }) // { evaluated: true, kl: { mean: { value, ci } } }
 */
export function divergence({ windows: all, vocabulary, selfCheck, bootstrap }: DivergenceInputs): Divergence {
  const windows = all.filter(({ kl }) => kl.length > 0);
  const tokens = windows.reduce((sum, { kl }) => sum + kl.length, 0);
  if (tokens === 0) return divergenceNotEvaluated('No token of the final windows was scored.');
  const endless = windows.reduce((sum, window) => sum + countNotFinite(window), 0);
  if (endless > 0)
    return divergenceNotEvaluated(`The divergence of ${endless} of ${tokens} tokens is not finite.`);
  const sums = divergenceSums(windows);
  const { kl, ...statistics } = sumStatistics(sums, bootstrap);
  const { replicates, alpha, seed } = bootstrap;
  return {
    evaluated: true,
    arm: 'final',
    windows: windows.length,
    tokens,
    vocabulary,
    kl: { ...kl, ...klQuantiles(windows, bootstrap) },
    ...statistics,
    bootstrap: { method: 'percentile', replicates, alpha, seed },
    self_check: selfCheck,
    kl_histogram: binnedCounts(windows.map((window) => window.kl)),
    window_sums: sums,
  };
}

function countNotFinite({ kl, baselineNll, subjectNll }: DivergenceWindow): number {
  let count = 0;
  for (const [index, value] of kl.entries()) {
    const losses = [value, baselineNll[index], subjectNll[index]];
    if (!losses.every((loss) => Number.isFinite(loss))) count += 1;
  }
  return count;
}
