/** One window as the metrics see it. */
export interface WeightedLoss {
  /** Mean log-loss of the window; null when it was not finite (spec 02 EQ-11). */
  readonly loss: number | null;
  /** Token weight (spec 02 §2.8). */
  readonly weight: number;
}

/**
 * Token-weighted mean log-loss of an arm, Σwℓ/Σw by left-to-right addition (spec 02 §4.3). Null when a loss is missing or
 * no weight is positive: a metric over the windows that happened to work would hide the ones that broke.
 */
export function weightedMeanLogloss(windows: readonly WeightedLoss[]): number | null {
  let sum = 0;
  let weights = 0;
  for (const { loss, weight } of windows) {
    if (loss === null || !Number.isFinite(loss)) return null;
    if (!(weight > 0)) continue;
    sum += weight * loss;
    weights += weight;
  }
  return weights > 0 ? sum / weights : null;
}

/** exp of a mean log-loss; null for null and for an overflow, which no JSON number holds (spec 02 EQ-54, EQ-40). */
export function perplexity(meanLogloss: number | null): number | null {
  if (meanLogloss === null) return null;
  const value = Math.exp(meanLogloss);
  return Number.isFinite(value) ? value : null;
}

/** numerator ÷ denominator when both are finite and the denominator is positive, else null. */
export function finiteRatio(numerator: number | null, denominator: number | null): number | null {
  if (numerator === null || denominator === null) return null;
  if (!Number.isFinite(numerator) || !Number.isFinite(denominator) || denominator <= 0) return null;
  const ratio = numerator / denominator;
  return Number.isFinite(ratio) ? ratio : null;
}
