import { InvarLockError } from '../core/errors.ts';
import { normalCdf, normalQuantile } from '../numerics/normal.ts';
import { allClose, mean, percentile, quantile, sum } from '../numerics/numpy-reduce.ts';
import { Pcg64 } from '../numerics/pcg64.ts';
import { WeightedIndices } from '../numerics/weighted-indices.ts';
import type { Interval } from '../report/run-report.ts';

export interface BootstrapOptions {
  readonly method: 'bca' | 'percentile';
  readonly replicates: number;
  /** Two-sided error rate, in (0, 1). */
  readonly alpha: number;
  readonly seed: number;
}

/**
 * Bootstrap interval of the mean of per-window log-losses (spec 02 §6.3; Efron 1987 for BCa). Bit-exact with NumPy's
 * generator. E402 for empty or non-finite samples and for unusable options.
 */
export function loglossInterval(samples: readonly number[], options: BootstrapOptions): Interval {
  const values = finite(samples, 'samples');
  checkOptions(options);
  const estimate = mean(values);
  if (options.method === 'bca' && values.length < 2) return [estimate, estimate];
  const generator = new Pcg64(options.seed);
  const replicates = resampledMeans(values, options.replicates, (indices) =>
    generator.fillIntegers(values.length, indices),
  );
  if (options.method === 'percentile') return percentileInterval(replicates, options.alpha);
  return bcaInterval(replicates, estimate, jackknifeMeans(values), options.alpha);
}

/**
 * Bootstrap interval of the paired mean log-loss difference `final − baseline` (spec 02 §6.4). Weights that are equal
 * select the unweighted draw stream, others the weighted one; nearly constant differences collapse to their mean.
 */
export function pairedDeltaLogInterval(
  final: readonly number[],
  baseline: readonly number[],
  weights: readonly number[] | undefined,
  options: BootstrapOptions,
): Interval {
  const count = Math.min(final.length, baseline.length);
  const a = finite(final, 'final losses');
  const b = finite(baseline, 'baseline losses');
  const deltas = Float64Array.from({ length: count }, (_, index) => (a[index] ?? 0) - (b[index] ?? 0));
  if (allClose(deltas, deltas[0] ?? 0)) {
    const constant = mean(deltas);
    return [constant, constant];
  }
  const usable = usableWeights(weights, count);
  return usable ? weightedInterval(deltas, usable, options) : loglossInterval(Array.from(deltas), options);
}

function weightedInterval(deltas: Float64Array, weights: Float64Array, options: BootstrapOptions): Interval {
  checkOptions(options);
  const total = sum(weights);
  const products = deltas.map((delta, index) => delta * (weights[index] ?? 0));
  const dot = products.reduce((running, product) => running + product, 0);
  const estimate = dot / total;
  if (options.method === 'bca' && deltas.length < 2) return [estimate, estimate];
  const generator = new Pcg64(options.seed);
  const byWeight = new WeightedIndices(weights.map((weight) => weight / total));
  const replicates = resampledMeans(deltas, options.replicates, (indices) =>
    byWeight.fill(generator, indices),
  );
  if (options.method === 'percentile') return percentileInterval(replicates, options.alpha);
  const jackknife = products.map((product, index) => {
    const rest = total - (weights[index] ?? 0);
    return rest > 0 ? (dot - product) / rest : estimate;
  });
  return bcaInterval(replicates, estimate, jackknife, options.alpha);
}

/** Weights normalised to 1, or undefined where the unweighted stream applies. */
function usableWeights(weights: readonly number[] | undefined, count: number): Float64Array | undefined {
  if (!weights || weights.length < count) return undefined;
  const used = Float64Array.from(weights.slice(0, count));
  if (!used.every((weight) => Number.isFinite(weight) && weight >= 0)) return undefined;
  const total = sum(used);
  if (!(total > 0) || allClose(used, used[0] ?? 0)) return undefined;
  return used.map((weight) => weight / total);
}

/** Sorted means of resamples; `draw` fills the array with indices. */
function resampledMeans(
  values: Float64Array,
  replicates: number,
  draw: (indices: Float64Array) => void,
): Float64Array {
  const indices = new Float64Array(values.length);
  const sample = new Float64Array(values.length);
  const means = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    draw(indices);
    for (let index = 0; index < sample.length; index += 1) sample[index] = values[indices[index] ?? 0] ?? 0;
    means[replicate] = mean(sample);
  }
  return means.sort();
}

function jackknifeMeans(values: Float64Array): Float64Array {
  const rest = values.slice(1);
  const means = new Float64Array(values.length);
  for (let left = 0; left < values.length; left += 1) {
    if (left > 0) rest[left - 1] = values[left - 1] ?? 0;
    means[left] = mean(rest);
  }
  return means;
}

function percentileInterval(sorted: Float64Array, alpha: number): Interval {
  return [percentile(sorted, 100 * (alpha / 2)), percentile(sorted, 100 * (1 - alpha / 2))];
}

/** Bias-corrected and accelerated bounds of sorted replicates (Efron 1987, equations 2.3 and 6.6). */
function bcaInterval(
  sorted: Float64Array,
  estimate: number,
  jackknife: Float64Array,
  alpha: number,
): Interval {
  let below = 0;
  while (below < sorted.length && (sorted[below] ?? 0) < estimate) below += 1;
  const share = Math.min(Math.max(below / sorted.length, 1e-6), 1 - 1e-6);
  const bias = normalQuantile(share);
  const center = mean(jackknife);
  const differences = jackknife.map((value) => center - value);
  const squares = sum(differences.map((difference) => difference ** 2));
  const denominator = 6 * squares ** 1.5;
  if (denominator === 0) return percentileInterval(sorted, alpha);
  const acceleration = sum(differences.map((difference) => difference ** 3)) / denominator;
  const bound = (z: number) => {
    const shifted = bias + z;
    const level = normalCdf(bias + shifted / Math.max(1 - acceleration * shifted, 1e-12));
    return quantile(sorted, level);
  };
  return [bound(normalQuantile(alpha / 2)), bound(normalQuantile(1 - alpha / 2))];
}

function finite(samples: readonly number[], what: string): Float64Array {
  if (samples.length === 0)
    throw new InvarLockError('E402', `A bootstrap interval needs at least one value; ${what} is empty.`);
  if (!samples.every(Number.isFinite))
    throw new InvarLockError('E402', `A bootstrap interval needs finite values; ${what} has others.`);
  return Float64Array.from(samples);
}

function checkOptions({ replicates, alpha, method, seed }: BootstrapOptions): void {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new InvarLockError(
      'E402',
      `A bootstrap seed must be a whole number that is not negative, got ${seed}.`,
    );
  }
  if (!(Number.isInteger(replicates) && replicates > 0)) {
    throw new InvarLockError(
      'E402',
      `The number of bootstrap replicates must be positive, got ${replicates}.`,
    );
  }
  if (!(alpha > 0 && alpha < 1))
    throw new InvarLockError('E402', `alpha must lie between 0 and 1, got ${alpha}.`);
  if (method !== 'bca' && method !== 'percentile')
    throw new InvarLockError('E402', `Unknown bootstrap method "${method}".`);
}
