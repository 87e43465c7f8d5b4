import { mcnemarExact } from '../../numerics/mcnemar.ts';
import type { ComparisonBootstrap } from '../paired-baseline.ts';
import { type Estimate, percentileInterval, resampleWindows } from './resample-windows.ts';
import type { DivergenceSums } from './window-sums.ts';

/** What follows from the sums of the windows; `verify` computes it again. */
export interface SumStatistics {
  readonly kl: { readonly mean: Estimate; readonly max: Estimate };
  /** Share of tokens for which both models would write the same ("same top p"). */
  readonly top1_agreement: Estimate;
  /** Of the target's probability, subject − baseline. */
  readonly delta_p: { readonly mean: Estimate; readonly rms: Estimate };
  /** Tokens that a greedy decoder of exactly one of the models would write right. */
  readonly flips: {
    readonly improved: number;
    readonly regressed: number;
    /** Shares of all tokens. */
    readonly share: Estimate;
    readonly improved_share: Estimate;
    readonly regressed_share: Estimate;
    /** McNemar's exact test, two-sided, as if tokens were independent of each other. */
    readonly p_value: number;
  };
}

const names = ['mean', 'max', 'agreement', 'deltaP', 'rms', 'flipped', 'improved', 'regressed'] as const;
type Name = (typeof names)[number];

/** Means over all tokens, with percentile intervals over resampled windows. */
export function sumStatistics(sums: DivergenceSums, bootstrap: ComparisonBootstrap): SumStatistics {
  const once = new Uint32Array(sums.tokens.length).fill(1);
  const point = pooled(sums, once);
  const drawn = Object.fromEntries(
    names.map((name) => [name, new Float64Array(Math.max(0, bootstrap.replicates))]),
  ) as Record<Name, Float64Array>;
  const isDrawn = resampleWindows(once.length, bootstrap, (times, replicate) => {
    const values = pooled(sums, times);
    for (const name of names) drawn[name][replicate] = values[name];
  });
  const estimate = (name: Name): Estimate => ({
    value: point[name],
    ci: isDrawn ? percentileInterval(drawn[name], bootstrap.alpha) : null,
  });
  const improved = total(sums.improved);
  const regressed = total(sums.regressed);
  return {
    kl: { mean: estimate('mean'), max: estimate('max') },
    top1_agreement: estimate('agreement'),
    delta_p: { mean: estimate('deltaP'), rms: estimate('rms') },
    flips: {
      improved,
      regressed,
      share: estimate('flipped'),
      improved_share: estimate('improved'),
      regressed_share: estimate('regressed'),
      p_value: mcnemarExact(regressed, improved),
    },
  };
}

/** The statistics of all tokens of the windows, each window as often as it was drawn. */
function pooled(sums: DivergenceSums, times: Uint32Array): Record<Name, number> {
  let tokens = 0;
  let kl = 0;
  let max = Number.NEGATIVE_INFINITY;
  let same = 0;
  let deltaP = 0;
  let square = 0;
  let improved = 0;
  let regressed = 0;
  for (let index = 0; index < times.length; index += 1) {
    const count = times[index] ?? 0;
    if (count === 0) continue;
    tokens += count * (sums.tokens[index] ?? 0);
    kl += count * (sums.kl_sum[index] ?? 0);
    max = Math.max(max, sums.kl_max[index] ?? max);
    same += count * (sums.same_top1[index] ?? 0);
    deltaP += count * (sums.delta_p_sum[index] ?? 0);
    square += count * (sums.delta_p_square_sum[index] ?? 0);
    improved += count * (sums.improved[index] ?? 0);
    regressed += count * (sums.regressed[index] ?? 0);
  }
  return {
    mean: kl / tokens,
    max,
    agreement: same / tokens,
    deltaP: deltaP / tokens,
    rms: Math.sqrt(square / tokens),
    flipped: (improved + regressed) / tokens,
    improved: improved / tokens,
    regressed: regressed / tokens,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
