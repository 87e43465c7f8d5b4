import type { Finding } from '../../core/findings.ts';
import { intervalAt, isObject, numberAt, valueAt } from '../../core/json-access.ts';
import { checkDivergence } from '../../metrics/divergence/check-divergence.ts';
import { type MeasuredDivergence, selfCheckTolerance } from '../../metrics/divergence/divergence.ts';
import { binEdges } from '../../metrics/divergence/kl-bins.ts';
import { klQuantileLevels } from '../../metrics/divergence/kl-quantiles.ts';
import { sumStatistics } from '../../metrics/divergence/sum-statistics.ts';
import { type CheckContext, found } from '../check-context.ts';
import { compareAt, mismatch } from './compare.ts';
import { readBootstrap, type WindowsReading } from './recorded-windows.ts';

const AT = '/metrics/divergence';
const SUMS = 'the sums of the windows give';

/**
 * Means, shares, the largest value and their intervals follow from the sums of the windows. Quantiles must lie where the
 * histogram has them; their intervals are made from every token's value, which no certificate holds, so only their order
 * is checked.
 */
export function divergenceFindings(
  context: CheckContext,
  windows: Extract<WindowsReading, { kind: 'complete' }>,
): readonly Finding[] {
  const block = valueAt(context.certificate, 'metrics', 'divergence');
  if (block === undefined) return [];
  const malformed = checkDivergence(block);
  if (malformed) return [found('V520', `${AT}${malformed.pointer}`, malformed.message)];
  if (!isMeasured(block)) return [];
  const bootstrap = readBootstrap(context.certificate, block.window_sums.window_ids.length);
  if (!bootstrap) return [];
  const { replicates, alpha, seed } = bootstrap;
  const { kl, ...statistics } = sumStatistics(block.window_sums, bootstrap);
  const expected = {
    'bootstrap/replicates': replicates,
    'bootstrap/alpha': alpha,
    'bootstrap/seed': seed,
    windows: block.window_sums.window_ids.length,
    tokens: sum(block.window_sums.tokens),
    'kl/mean': kl.mean,
    'kl/max': kl.max,
    ...statistics,
    'self_check/tolerance': selfCheckTolerance,
  };
  return [
    ...Object.entries(expected).flatMap(([key, value]) => compareAt(context, `${AT}/${key}`, value, SUMS)),
    ...windowFindings(block, windows),
    ...selfCheckFindings(block),
    ...quantileFindings(block),
    ...intervalFindings(block),
  ];
}

function isMeasured(block: unknown): block is MeasuredDivergence {
  return isObject(block) && block.evaluated === true;
}

/** Every window that was compared is one of the final windows, once and in their order. */
function windowFindings(
  { window_sums: sums }: MeasuredDivergence,
  { final }: Extract<WindowsReading, { kind: 'complete' }>,
): readonly Finding[] {
  let at = 0;
  for (const id of sums.window_ids) {
    const next = final.findIndex((window, index) => index >= at && window.id === id);
    if (next < 0) {
      const message = `Window ${id} of the divergence is not among the final windows, or not in their order.`;
      return [found('V520', `${AT}/window_sums/window_ids`, message)];
    }
    at = next + 1;
  }
  return sums.tokens.flatMap((tokens, index) => {
    const counts = ['same_top1', 'improved', 'regressed'] as const;
    const isPossible =
      tokens > 0 &&
      counts.every((name) => (sums[name][index] ?? 0) >= 0 && (sums[name][index] ?? 0) <= tokens) &&
      (sums.delta_p_square_sum[index] ?? 0) * tokens >= (sums.delta_p_sum[index] ?? 0) ** 2 - 1e-9 &&
      (sums.kl_max[index] ?? 0) * tokens >= (sums.kl_sum[index] ?? 0) - 1e-9;
    if (isPossible) return [];
    const message = `The sums of window ${sums.window_ids[index]} cannot come from ${tokens} tokens.`;
    return [found('V520', `${AT}/window_sums`, message)];
  });
}

function selfCheckFindings({ self_check: check }: MeasuredDivergence): readonly Finding[] {
  if (check.max_abs_difference >= 0 && check.max_abs_difference <= selfCheckTolerance) return [];
  const message = `The comparison gave losses that differ by ${check.max_abs_difference} from those of the models, which is more than ${selfCheckTolerance}.`;
  return [found('E602', `${AT}/self_check/max_abs_difference`, message)];
}

function quantileFindings({ kl, kl_histogram: histogram, tokens }: MeasuredDivergence): readonly Finding[] {
  const counted = sum(histogram.counts);
  if (counted !== tokens)
    return [mismatch(`${AT}/kl_histogram/counts`, tokens, counted, 'the number of tokens is')];
  const binAt = (rank: number): number => {
    let cumulative = 0;
    const index = histogram.counts.findIndex((count) => {
      cumulative += count;
      return rank < cumulative;
    });
    return histogram.bins[index] ?? -1;
  };
  const levels = { ...klQuantileLevels, max: 1 };
  return Object.entries(levels).flatMap(([name, level]) => {
    const value = numberAt(kl, name, 'value') ?? Number.NaN;
    const position = (tokens - 1) * level;
    const [low] = binEdges(binAt(Math.floor(position)));
    const [, high] = binEdges(binAt(Math.ceil(position)));
    if (value >= low && value <= high) return [];
    const pointer = `${AT}/kl/${name}/value`;
    return [mismatch(pointer, [low, high], value, 'the histogram has it between')];
  });
}

/** Bounds in order, and none beyond the largest value that was seen. */
function intervalFindings({ kl }: MeasuredDivergence): readonly Finding[] {
  return Object.keys(klQuantileLevels).flatMap((name) => {
    const interval = intervalAt(kl, name, 'ci');
    if (!interval) return [];
    const [low, high] = interval;
    if (low <= high && high <= kl.max.value) return [];
    const message = 'The bounds of this interval are not in order, or lie above the largest divergence.';
    return [found('E602', `${AT}/kl/${name}/ci`, message)];
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
